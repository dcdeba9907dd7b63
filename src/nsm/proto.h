/*
 * The messages of the Nitro Security Module: what goes through /dev/nsm, both
 * ways, in CBOR. Seven calls and an error (aws-nitro-enclaves-nsm-api,
 * src/api/mod.rs; AWS's client library encodes with serde_cbor).
 *
 * Writers give the bytes that AWS's own library gives. Readers take what that
 * library takes: indefinite lengths, keys in any order and unknown ones, byte
 * strings as arrays, text or chunks, tags in front, fields without names. In
 * strict mode they take only what the writers give.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum nsm_call {
	NSM_DESCRIBE_PCR,
	NSM_EXTEND_PCR,
	NSM_LOCK_PCR,
	NSM_LOCK_PCRS,
	NSM_DESCRIBE_NSM,
	NSM_ATTESTATION,
	NSM_GET_RANDOM,
	NSM_ERROR, /* in responses only */
};
enum { NSM_CALLS = NSM_ERROR };

/* The order is that of the C library's error codes. */
enum nsm_error {
	NSM_SUCCESS,
	NSM_INVALID_ARGUMENT,
	NSM_INVALID_INDEX,
	NSM_INVALID_RESPONSE,
	NSM_READ_ONLY_INDEX,
	NSM_INVALID_OPERATION,
	NSM_BUFFER_TOO_SMALL,
	NSM_INPUT_TOO_LARGE,
	NSM_INTERNAL_ERROR,
};

enum {
	NSM_PCRS = 32,
	NSM_REQUEST_MAX = 0x1000, /* limits of the kernel's driver */
	NSM_RESPONSE_MAX = 0x3000,
};

struct nsm_request {
	enum nsm_call call;
	uint16_t index;   /* DescribePCR, ExtendPCR, LockPCR */
	uint16_t range;   /* LockPCRs: registers 0 to range - 1 */
	struct span data; /* ExtendPCR */
	struct maybe user_data, nonce, public_key; /* Attestation */
};

struct nsm_response {
	enum nsm_call call;
	enum nsm_error error; /* NSM_ERROR */
	bool lock;            /* DescribePCR */
	struct span data; /* register, document or random bytes, by the call */
	/* DescribeNSM */
	uint16_t major, minor, patch, max_pcrs;
	uint32_t locked; /* bit n: register n */
	unsigned digest; /* index into nsm_digests */
	struct span module_id;
};

extern const char *const nsm_digests[]; /* "SHA256" and so on; ends in NULL */
enum { NSM_SHA384 = 1 };

/* "ReadOnlyIndex"; "DescribePCR". */
const char *nsm_error_name(enum nsm_error e);
const char *nsm_call_name(enum nsm_call c);

void nsm_put_request(struct buf *b, const struct nsm_request *r);
void nsm_put_response(struct buf *b, const struct nsm_response *r);

/* Whole messages. Spans of the result are in the input or in the arena.
 * ERR_INPUT says what is wrong and where. */
MUST_USE bool nsm_read_request(struct span in, bool strict, struct arena *a,
			       struct nsm_request *out, struct err *e);
MUST_USE bool nsm_read_response(struct span in, bool strict, struct arena *a,
				struct nsm_response *out, struct err *e);
