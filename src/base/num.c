#include "base/num.h"

#include <stdlib.h>

#include "base/buf.h"

static bool
parse_base(struct span s, unsigned base, uint64_t *out)
{
	uint64_t v = 0;
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)s.p[i] - '0';
		if (d >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, d, &v))
			return false;
	}
	*out = v;
	return true;
}

bool
num_parse(struct span s, uint64_t *out)
{
	return parse_base(s, 10, out);
}

bool
num_parse_octal(struct span s, uint64_t *out)
{
	return parse_base(s, 8, out);
}

static unsigned
unit_shift(uint8_t c)
{
	static const char units[] = "kmgt";
	for (unsigned i = 0; i < 4; i++)
		if ((c | 0x20) == units[i])
			return (i + 1) * 10;
	return 0;
}

bool
num_parse_size(struct span s, uint64_t *out)
{
	uint64_t v;
	unsigned shift = 0;
	if (span_ends(s, SPAN("iB")))
		s.n -= 2;
	else if (span_ends(s, SPAN("B")))
		s.n -= 1;
	if (s.n && (shift = unit_shift(s.p[s.n - 1])) != 0)
		s.n -= 1;
	if (!num_parse(s, &v) || v > UINT64_MAX >> shift)
		return false;
	*out = v << shift;
	return true;
}

/* Digits at *s, at least one; advances. */
static bool
some_digits(struct span *s)
{
	size_t n = 0;
	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	*s = span_from(*s, n);
	return n > 0;
}

static void
sign(struct span *s)
{
	if (s->n && (s->p[0] == '+' || s->p[0] == '-'))
		*s = span_from(*s, 1);
}

static bool
is_real(struct span s)
{
	sign(&s);
	if (!some_digits(&s))
		return false;
	if (s.n && s.p[0] == '.') {
		s = span_from(s, 1);
		if (!some_digits(&s))
			return false;
	}
	if (s.n && (s.p[0] | 0x20) == 'e') {
		s = span_from(s, 1);
		sign(&s);
		if (!some_digits(&s))
			return false;
	}
	return s.n == 0;
}

bool
num_parse_real(struct span s, double *out)
{
	if (!is_real(s) || s.n == SIZE_MAX)
		return false;
	DEFER(buf_free) struct buf text = buf_max(s.n + 1);
	buf_span(&text, s);
	buf_u8(&text, 0);
	if (text.failed)
		return false;
	*out = strtod((const char *)text.p, NULL);
	return true;
}
