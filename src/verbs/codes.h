/*
 * Every code that a message prints, with its explanation: those of verify
 * (attest/reasons.h), of image files (eif/rules.h), of the rest of the
 * program, and nitro-cli's, which point to ours.
 */
#pragma once

#include "base/buf.h"

struct code {
	const char *code;
	const char *title; /* a phrase: what happened */
	const char *next;  /* what to do; of nitro-cli's: a code, or NULL */
};

struct codes {
	const struct code *v;
	size_t n;
};
extern const struct codes codes_program, codes_nitro_cli;

/* All codes, one after the other, with their titles; NULL behind the last. */
const char *code_at(size_t i, const char **title);
/* Appends the explanation; returns false if there is no such code. */
bool code_explain(struct buf *b, const char *code);
