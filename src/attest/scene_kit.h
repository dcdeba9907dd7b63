/*
 * For tests: a document that passes with what was expected of it, and what
 * becomes of the verdict when one thing is changed.
 */
#pragma once

#include "attest/doc_kit.h"
#include "attest/verify.h"
#include "base/test.h"

/* A document that passes, and what was expected of it: tests change one
 * thing. */
struct scene {
	struct test *t;
	struct kit_cert c[KIT_CHAIN];
	struct kit_doc d;
	struct anchor root;
	struct expect x;
	struct release r[2];
	struct known_value known;
	struct revocation revoked;
	struct span signers[2];
	uint8_t other[48];
};

void scene(struct test *t, struct scene *s);
/* The verdict; lives as long as the test. */
struct verdict *scene_judged(struct scene *s);
/* A value that no register has. */
struct span scene_other(struct scene *s);
/* All sixteen registers as the document has them. */
void scene_registers(struct scene *s, struct pcr_set *set);
/* The encoded map of registers with one more, or with that one only. */
struct span scene_with(struct scene *s, unsigned i, struct span v, bool only);
/* The encoded map of these registers alone, below 16. */
struct span scene_only(struct scene *s, uint32_t mask);
/* A register of the document gets 48 times this byte. */
void scene_fill(struct scene *s, unsigned i, int byte);
/* Registers 0, 1, 2 and 8 as debug mode has them, and 3 and 4 expected. */
void scene_debug(struct scene *s);
/* PCR2 is revoked; or PCR2 and a register that the document does not have. */
void scene_revoked(struct scene *s);
void scene_revoked_absent(struct scene *s);
struct maybe scene_want(const char *text);

struct scene_row {
	void (*edit)(struct scene *s);
	const char *check, *code; /* NULL: it passes */
};
void scene_rows(struct test *t, const struct scene_row *rows, size_t n);
