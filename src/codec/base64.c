#include "codec/base64.h"

#include <string.h>

static const char letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_put(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i += 3) {
		size_t n = s.n - i < 3 ? s.n - i : 3;
		uint32_t v = (uint32_t)s.p[i] << 16;
		v |= n > 1 ? (uint32_t)s.p[i + 1] << 8 : 0;
		v |= n > 2 ? s.p[i + 2] : 0;
		char four[4] = { letters[v >> 18], letters[v >> 12 & 63],
				 n > 1 ? letters[v >> 6 & 63] : '=',
				 n > 2 ? letters[v & 63] : '=' };
		buf_put(b, four, sizeof(four));
	}
}

/* 0 to 63, or 64 for what is no letter of the alphabet. */
static uint32_t
letter(uint8_t c)
{
	const char *at = c ? strchr(letters, c) : NULL;
	return at ? (uint32_t)(at - letters) : 64;
}

/* Four letters without padding to three bytes; the place of a bad one. */
static size_t
take_four(const uint8_t *in, size_t n, uint32_t *v)
{
	*v = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t l = letter(in[i]);
		if (l > 63)
			return i;
		*v |= l << (18 - 6 * i);
	}
	return n;
}

bool
base64_parse(struct span text, struct arena *a, struct span *out, struct err *e)
{
	struct span in = text;
	for (size_t i = 0; i < 2 && in.n && in.p[in.n - 1] == '='; i++)
		in.n--;
	if (text.n % 4)
		return err_set(e, ERR_INPUT,
			       "base 64 of %zu characters, no multiple of 4",
			       text.n);
	uint8_t *p = NEW(a, uint8_t, text.n / 4 * 3 + 1);
	size_t len = 0;
	if (!p)
		return err_full(e, "the base 64 value");
	for (size_t i = 0; i < in.n; i += 4) {
		size_t n = in.n - i < 4 ? in.n - i : 4;
		uint32_t v;
		size_t good = take_four(in.p + i, n, &v);
		if (good < n)
			return err_set(e, ERR_INPUT,
				       "byte %zu: not a base 64 character",
				       i + good);
		if (n < 4 && v & (n == 2 ? 0xffff : 0xff))
			return err_set(e, ERR_INPUT,
				       "base 64 with unused bits set");
		for (size_t k = 0; k + 1 < n; k++)
			p[len++] = (uint8_t)(v >> (16 - 8 * k));
	}
	*out = (struct span){ p, len };
	return true;
}
