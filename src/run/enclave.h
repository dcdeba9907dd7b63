/*
 * The record of a running enclave, "veraclave-enclave/1". The program that
 * starts the enclave writes it; the programs that list and stop enclaves read
 * it.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypto/digest.h"
#include "sys/detach.h"

enum { ENCLAVE_NAME_MAX = 300 };

struct enclave {
	const char *id, *name;
	uint64_t cid, cpus, memory_mib;
	bool debug;
	struct hash pcr[3];
	struct detached process;
	struct span boot; /* id of this boot of the machine; process numbers are
			     valid in it only */
};

/* Returns whether s is an id: lower-case letters, digits and "-", as it is part
 * of a file's name. */
bool enclave_is_id(struct span s);
/* Parses the record of the enclave `id` into the arena. Fails with ERR_INPUT if
 * a key is missing or wrong. */
MUST_USE bool enclave_parse(struct span text, struct span id, struct arena *a,
			    struct enclave *out, struct err *e);
MUST_USE bool enclave_put(struct buf *b, const struct enclave *x,
			  struct err *e);
