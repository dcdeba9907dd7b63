/*
 * Measuring an EIF as a stream, in one pass and fixed memory: PCR0, PCR1 and
 *PCR2 as the hypervisor computes them, a SHA-384 digest and a CRC-32 of each
 *section, and optionally the SHA-256 of the file.
 *
 *	PCR0 = E(0, SHA-384(all of kernel, command line and ramdisks))
 *	PCR1 = E(0, SHA-384(the same up to and with the first ramdisk))
 *	PCR2 = E(0, SHA-384(the ramdisks after the first))
 *
 * in the order of the sections; kernel and command line must come before the
 *first ramdisk. PCR1 and the digest of the second ramdisk are copies of running
 * states, so nearly every byte of an ordinary image is hashed by SHA-384 twice,
 * on two threads.
 *
 * For each section call measure_begin, measure_blob as often as needed, and
 * measure_end; then measure_finish once. measure_close may be called at any
 *time (DEFER).
 */
#pragma once

#include "base/progress.h"
#include "base/blob.h"
#include "crypto/digest.h"
#include "eif/format.h"

struct measured_section {
	uint64_t size;
	uint32_t crc;
	struct hash digest;
};

struct measured {
	struct hash pcr0, pcr1, pcr2;
	size_t n;
	struct measured_section section[EIF_SECTIONS];
	struct hash sha256; /* n is 0 if it was not requested */
};

struct measure_plan {
	bool sha256;     /* measure_raw must then give the headers */
	bool single;     /* one thread only */
	size_t ramdisks; /* the largest possible number */
};

struct measure;

MUST_USE bool measure_open(struct measure **m, const struct measure_plan *plan,
			   struct arena *a, struct err *e);
void measure_close(struct measure **m);

/* Adds bytes between the sections' data, which only the SHA-256 covers. */
MUST_USE bool measure_raw(struct measure *m, struct span s, struct err *e);
MUST_USE bool measure_begin(struct measure *m, enum eif_type type,
			    struct err *e);
/* Adds a blob, which may be a part of the section. p may be NULL. */
struct measure_progress {
	const struct progress *to;
	uint64_t before, total; /* bytes of the whole work */
};
MUST_USE bool measure_blob(struct measure *m, const struct blob *b,
			   const struct measure_progress *p, struct err *e);
/* Returns true if a section can begin or end, or MEASURE_PIECE bytes of its
 * data be added, without waiting for the digests. */
#define MEASURE_PIECE (256 * KIB)
bool measure_ready(const struct measure *m);
/* Sets *size, if not NULL, to the bytes of the section. */
MUST_USE bool measure_end(struct measure *m, uint64_t *size, struct err *e);
MUST_USE bool measure_finish(struct measure *m, struct measured *out,
			     struct err *e);
