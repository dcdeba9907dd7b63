/*
 * For tests: a list of changes to a right chain, as bytes, so that a fuzzer can
 * write it and whatever is wrong is properly signed all the same. A change has
 * three bytes: what, which certificate, how much.
 */
#pragma once

#include "attest/doc.h"
#include "attest/doc_kit.h"

enum { CHANGED_CERTS = DOC_BUNDLE_MAX + 1, CHANGED_FLIPS = 4 };
enum { CHANGES_MAX = 10, CHANGES_KINDS = 32 };

struct changed {
	struct arena a;
	struct kit_cert c[CHANGED_CERTS];
	size_t n;
	int64_t at; /* the time of the check */
	struct {
		size_t cert, at;
		uint8_t bits;
	} flip[CHANGED_FLIPS]; /* in the finished certificate */
	size_t flips;
};

/* The changed chain, and in the document its certificates, nothing else. What
 * it holds is valid until changes_finish. */
void changes(struct span in, struct changed *out, struct doc *d);
void changes_finish(struct changed *c);
/* Gives back what is kept from one chain to the next. */
void changes_forget(void);
