/*
 * Appraisal policies: what a relying party accepts, in a file of its own
 * (docs/formats/policy.md). TOML; unknown keys are refused, since one that is
 * misspelt would be a rule that nobody enforces.
 */
#pragma once

#include "attest/verify.h"

enum { POLICY_TRUST_MAX = 8, POLICY_LIST_MAX = 1024 };

/* In the arena, and borrowing nothing from the text. */
struct policy {
	/* "aws-nitro", "sim:FILE", "qemu:FILE", and what only a policy may
	 * name: "development:FILE". NUL-terminated, at least one. */
	const char *trust[POLICY_TRUST_MAX];
	size_t ntrust;
	/* What it says about documents; the trust, the time and the fields of
	 * a single document are the caller's to put in. */
	struct expect x;
};

/* ERR_INPUT, "policy", with the line and column. */
MUST_USE bool policy_parse(struct span text, struct arena *a,
			   struct policy *out, struct err *e);
