/*
 * The parts of an enclave image, as files, for a machine that does not read
 * such images itself: kernel, and the ramdisks one after the other.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

struct parts {
	const char *kernel, *initrd; /* files in the directory given */
	const char *cmdline;
};

/* Refuses what `veraclave describe` refuses, except a wrong checksum. */
MUST_USE bool parts_check(const char *eif, struct arena *a, struct err *e);
/* The same, and writes the parts. */
MUST_USE bool parts_write(const char *eif, const char *dir, struct arena *a,
			  struct parts *out, struct err *e);
