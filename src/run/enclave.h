/*
 * The record of an enclave that runs: "veraclave-enclave/1", which the program
 * that starts one writes, and those that list and stop it read.
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
	struct span boot; /* of the machine; numbers of processes are its */
};

/* Lower-case letters, digits and "-": part of a file's name. */
bool enclave_is_id(struct span s);
/* The record of the enclave `id`, in the arena: complete, or ERR_INPUT. */
MUST_USE bool enclave_parse(struct span text, struct span id, struct arena *a,
			    struct enclave *out, struct err *e);
MUST_USE bool enclave_put(struct buf *b, const struct enclave *x,
			  struct err *e);
