#include "base/num.h"

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
