/*
 * How far a long piece of work is. The receiver decides what to do with it: a
 * bar on a terminal, nothing elsewhere. A NULL progress is silent.
 */
#pragma once

#include "base/compiler.h"

struct progress {
	/* `what` is a short phrase in the present tense ("hashing"), a
	 * literal; total 0 means unknown. Called often: be quick. */
	void (*step)(void *self, const char *what, uint64_t done,
		     uint64_t total);
	void *self;
};

static inline void
progress_step(const struct progress *p, const char *what, uint64_t done,
	      uint64_t total)
{
	if (p && p->step)
		p->step(p->self, what, done, total);
}
