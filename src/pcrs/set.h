/*
 * A set of registers with their values, and the text of one: numbers from 0 to
 * 31, values of 48 bytes as 96 hex digits. Everything that reads or compares
 * registers works on this type.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "pcrs/pcr.h"

enum { PCR_COUNT = 32 };

/* Bit i of mask: v[i] is there, PCR_SIZE bytes. The values are borrowed and
 * live as long as what they were read from: an arena, a document, hashes. */
struct pcr_set {
	uint32_t mask;
	struct span v[PCR_COUNT];
};

bool pcr_has(const struct pcr_set *s, unsigned i);
/* Sets register i, which may be there already. */
void pcr_put(struct pcr_set *s, unsigned i, struct span value);
/* What an image measures; pcr8 NULL or empty: it is not signed. */
struct pcr_set pcr_image(const struct hash *pcr0, const struct hash *pcr1,
			 const struct hash *pcr2, const struct hash *pcr8);
/* The registers of `want` that `got` lacks or has with another value, as a
 * mask. */
uint32_t pcr_differing(const struct pcr_set *got, const struct pcr_set *want);
/* How many registers a mask names. */
unsigned pcr_count(uint32_t mask);

/* A register's number, 0 to 31 in decimal without zeros in front; nothing else
 * is one. */
MUST_USE bool pcr_index(struct span text, unsigned *out);
/* A register's value: 96 hex digits in either case. ERR_USAGE, "pcr-form",
 * tells what it looks like instead. */
MUST_USE bool pcr_parse(struct span text, struct arena *a, struct span *out,
			struct err *e);
/* "N=HEX", also with PCR in front: the number and the text of the value. */
MUST_USE bool pcr_split(struct span text, unsigned *number, struct span *value);
/* The register that a file has under this number, with this text as its value;
 * one that is not in the set yet. ERR_INPUT, or ERR_LIMIT when the arena is
 * full. */
MUST_USE bool pcr_read(struct span number, struct span value, struct arena *a,
		       struct pcr_set *s, struct err *e);
