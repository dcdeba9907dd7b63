/*
 * A Nitro Security Module in software: takes requests, gives the answers that
 * the device gives, and signs attestation documents with a chain below a
 * simulator root. Time and randomness are the caller's.
 *
 * Documents are COSE_Sign1 with ES384, untagged, the bundle root first, and
 * the payload a map of indefinite length, as hardware writes since 2025, or of
 * definite length as before.
 */
#pragma once

#include "sim/bank.h"
#include "sim/pki.h"

/* What goes wrong, on request. */
enum sim_fault {
	SIM_FAULT_REFUSE = 1 << 0,    /* attestation: InternalError */
	SIM_FAULT_OVERSIZE = 1 << 1,  /* a document no buffer has room for */
	SIM_FAULT_EXPIRED = 1 << 2,   /* the leaf ended an hour ago */
	SIM_FAULT_DIGEST = 1 << 3,    /* the document says SHA256 */
	SIM_FAULT_CORRUPT = 1 << 4,   /* a bit of the payload is flipped */
	SIM_FAULT_SIGNATURE = 1 << 5, /* a bit of the signature is flipped */
	SIM_FAULT_GARBAGE = 1 << 6,   /* answers are no CBOR */
};

enum { SIM_FIELD_MAX = 1024, SIM_RANDOM = 256, SIM_LEAF_LIFE = 3 * 3600 };

struct sim_config {
	const struct sim_root *root; /* borrowed; not of class qemu */
	struct bank_boot boot;
	struct span module_id; /* empty: made of instance id, time, chance */
	struct span region;    /* empty: us-east-1 */
	uint64_t start_ms;     /* when the enclave started, since 1970 */
	uint64_t leaf_age;     /* seconds that the first leaf is old then */
	bool definite;         /* the payload map has a definite length */
	bool strict;           /* requests must be as AWS's library writes */
	size_t field_max;      /* of user_data, nonce, public_key; 0: 1024 */
	unsigned faults;       /* SIM_FAULT_* */
	bool (*random)(void *p, size_t n, struct err *e);
	/* Told about each call, and warned about mistakes; may be NULL. */
	void (*say)(void *self, bool warning, const char *text);
	void *self;
};

struct sim {
	struct sim_config config;
	struct bank bank;
	struct span module_id;
	uint64_t enclave_id;
	uint32_t extended; /* bit n: register n was extended by the program */
	struct arena own;  /* module id */
	struct arena chain_arena;
	struct sim_chain chain;
};

/* The instance id must be there, or be in the module id. Zeroed is closed. */
MUST_USE bool sim_open(struct sim *s, const struct sim_config *c,
		       struct err *e);
void sim_close(struct sim *s); /* DEFER works */

/* Appends the answer to one request. False only when something of ours or of
 * the machine failed; whatever is wrong with the request is an answer. */
MUST_USE bool sim_answer(struct sim *s, struct span request, uint64_t now_ms,
			 struct buf *out, struct err *e);
