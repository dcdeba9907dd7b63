#include "codec/hex.h"

static const char digits[] = "0123456789abcdef";

void
hex_put(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		buf_u8(b, (uint8_t)digits[s.p[i] >> 4]);
		buf_u8(b, (uint8_t)digits[s.p[i] & 15]);
	}
}

char *
hex_of(struct arena *a, struct span s)
{
	char *out = NEW(a, char, s.n * 2 + 1);
	if (!out)
		return NULL;
	for (size_t i = 0; i < s.n; i++) {
		out[2 * i] = digits[s.p[i] >> 4];
		out[2 * i + 1] = digits[s.p[i] & 15];
	}
	return out;
}

/* 0..15, or 16 when c is no digit. */
static unsigned
digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)c - 'a' + 10 : 16;
}

bool
hex_parse(struct span text, struct arena *a, struct span *out, struct err *e)
{
	if (text.n % 2)
		return err_set(e, ERR_INPUT, "an odd number of hex digits");
	uint8_t *p = NEW(a, uint8_t, text.n / 2);
	if (!p)
		return err_full(e, "the hex value");
	for (size_t i = 0; i < text.n; i += 2) {
		unsigned hi = digit(text.p[i]), lo = digit(text.p[i + 1]);
		if (hi > 15 || lo > 15)
			return err_set(e, ERR_INPUT,
				       "byte %zu: not a hex digit",
				       hi > 15 ? i : i + 1);
		p[i / 2] = (uint8_t)(hi << 4 | lo);
	}
	*out = (struct span){ p, text.n / 2 };
	return true;
}
