/*
 * Appraisal policies: files that say what a relying party accepts
 * (docs/formats/policy.md). They are TOML; unknown keys are refused, because a
 * misspelt rule would not be enforced.
 */
#pragma once

#include "attest/verify.h"

enum { POLICY_TRUST_MAX = 8, POLICY_LIST_MAX = 1024 };

/* Its values are in the arena and do not point into the text. */
struct policy {
	/* "aws-nitro", "sim:FILE", "qemu:FILE", and "development:FILE", which
	 * only a policy may name. NUL-terminated, at least one. */
	const char *trust[POLICY_TRUST_MAX];
	size_t ntrust;
	/* Its rules about documents. The caller sets the roots, the time and
	 * the fields of a single document. */
	struct expect x;
};

/* Fails with ERR_INPUT "policy", with line and column. */
MUST_USE bool policy_parse(struct span text, struct arena *a,
			   struct policy *out, struct err *e);
