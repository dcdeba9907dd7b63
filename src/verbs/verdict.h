/* Prints a verdict for people, and as JSON. */
#pragma once

#include "attest/verify.h"
#include "base/buf.h"

/* Settings besides the expectations. */
struct verdict_view {
	const struct verdict *v;
	int64_t at;
	bool now; /* `at` is the machine's clock */
	bool all; /* passed checks are shown, too */
};

/* Prints only the checks, a revocation first. */
void verdict_checks(struct buf *b, const struct verdict *v, bool all);
void verdict_text(struct buf *b, const struct verdict_view *w);
