/*
 * A place that takes a stream of bytes: a file, a digest, both. The bytes of
 * one call belong to the caller again when it returns.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

struct sink {
	bool (*write)(void *self, struct span s, struct err *e);
	void *self;
};

static inline MUST_USE bool
sink_write(const struct sink *k, struct span s, struct err *e)
{
	return s.n == 0 || k->write(k->self, s, e);
}
