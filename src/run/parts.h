/*
 * The parts of an enclave image as files, for a machine that does not read EIF:
 * the kernel, and the ramdisks concatenated.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

struct parts {
	const char *kernel, *initrd; /* files in `dir` */
	const char *cmdline;
};

/* Refuses an image that `veraclave describe` refuses, but accepts a wrong
 * checksum. */
MUST_USE bool parts_check(const char *eif, struct arena *a, struct err *e);
/* Does the same checks, and writes the parts. */
MUST_USE bool parts_write(const char *eif, const char *dir, struct arena *a,
			  struct parts *out, struct err *e);
