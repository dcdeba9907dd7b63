/*
 * Arithmetic on sizes that come from outside. Each function is true when the
 * result fits and then sets *out; otherwise *out is untouched.
 */
#pragma once

#include "base/span.h"

static inline MUST_USE bool
num_add(size_t a, size_t b, size_t *out)
{
	size_t r;
	if (__builtin_add_overflow(a, b, &r))
		return false;
	*out = r;
	return true;
}

static inline MUST_USE bool
num_mul(size_t a, size_t b, size_t *out)
{
	size_t r;
	if (__builtin_mul_overflow(a, b, &r))
		return false;
	*out = r;
	return true;
}

static inline MUST_USE bool
num_add64(uint64_t a, uint64_t b, uint64_t *out)
{
	uint64_t r;
	if (__builtin_add_overflow(a, b, &r))
		return false;
	*out = r;
	return true;
}

static inline MUST_USE bool
num_mul64(uint64_t a, uint64_t b, uint64_t *out)
{
	uint64_t r;
	if (__builtin_mul_overflow(a, b, &r))
		return false;
	*out = r;
	return true;
}

/* The next multiple of `to` (a power of two); v must leave room for it. */
static inline uint64_t
num_align(uint64_t v, uint64_t to)
{
	return (v + to - 1) & ~(to - 1);
}

/* Decimal digits only, the whole span, no sign, no overflow. */
MUST_USE bool num_parse(struct span s, uint64_t *out);
/* As num_parse, with an optional suffix k, m, g, t (1024 based, any case,
 * optionally followed by "iB" or "B"): 64, 64K, 64KiB. */
MUST_USE bool num_parse_size(struct span s, uint64_t *out);
/* [+-]digits[.digits][e[+-]digits], the whole span. */
MUST_USE bool num_parse_real(struct span s, double *out);
/* Octal digits only. */
MUST_USE bool num_parse_octal(struct span s, uint64_t *out);
