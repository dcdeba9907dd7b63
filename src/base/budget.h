/*
 * What foreign input may cost in all, beyond the limits on each of its parts:
 * bytes on the disk, or work. It grows with the input that was really there, so
 * that a small input cannot ask for much, and is spent piece by piece.
 *
 *	struct budget b = budget_of(1 GiB, 100, "what is unpacked",
 *				    "--max-unpacked SIZE");
 *	budget_input(&b, size of the archive);
 *	if (!budget_spend(&b, size of what is in it, e)) ...
 */
#pragma once

#include "base/compiler.h"
#include "base/err.h"

#include <stdint.h>

struct budget {
	uint64_t least;  /* granted whatever the input */
	uint64_t factor; /* and for each unit of input */
	uint64_t input, spent;
	const char *what; /* for the error: "what is unpacked" */
	const char *flag; /* the option that raises it, or NULL */
	bool fixed;       /* `least` is all there is: the user said so */
	bool bytes;       /* it counts bytes, and the error shows them so */
};

/* The larger of `least` and `factor` times the input. */
uint64_t budget_limit(const struct budget *b);
void budget_input(struct budget *b, uint64_t n);
/* ERR_LIMIT, "budget", over the limit. */
MUST_USE bool budget_spend(struct budget *b, uint64_t n, struct err *e);
/* The user's own limit, instead. */
void budget_fix(struct budget *b, uint64_t limit);
