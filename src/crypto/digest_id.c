#include "crypto/digest_id.h"

#include <string.h>

#include "base/fmt.h"

static const struct {
	const char *name;
	enum digest_kind kind;
} digest_names[] = {
	{ "sha256", DIGEST_SHA256 },
	{ "sha512", DIGEST_SHA512 },
};

/* The value of a lower-case hex digit, 16 for anything else. */
static unsigned
nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)c - '0';
	return c >= 'a' && c <= 'f' ? (unsigned)c - 'a' + 10 : 16;
}

const char *
digest_id_name(enum digest_kind kind)
{
	for (size_t i = 0; i < COUNT(digest_names); i++)
		if (digest_names[i].kind == kind)
			return digest_names[i].name;
	return NULL;
}

static bool
digest_bad(struct span text, const char *why, struct err *e)
{
	err_set(e, ERR_INPUT, "%s is not a digest: %s", show(text).s, why);
	return err_id(e, "oci-digest");
}

bool
digest_id_parse(struct span text, struct digest_id *out, struct err *e)
{
	struct digest_id d = { .text = text };
	struct span hex = text, name = span_cut(&hex, ':');
	size_t i = 0;
	while (i < COUNT(digest_names) && !span_is(name, digest_names[i].name))
		i++;
	if (i == COUNT(digest_names))
		return digest_bad(text,
				  "it does not begin with sha256: or "
				  "sha512:",
				  e);
	d.kind = digest_names[i].kind;
	d.hash.n = digest_size(d.kind);
	if (hex.n != 2 * d.hash.n)
		return digest_bad(text, "wrong number of hex digits", e);
	for (i = 0; i < d.hash.n; i++) {
		unsigned hi = nibble(hex.p[2 * i]);
		unsigned lo = nibble(hex.p[2 * i + 1]);
		if (hi > 15 || lo > 15)
			return digest_bad(text, "not lower-case hex", e);
		d.hash.v[i] = (uint8_t)(hi << 4 | lo);
	}
	*out = d;
	return true;
}

struct span
digest_id_hex(const struct digest_id *d)
{
	struct span hex = d->text;
	span_cut(&hex, ':');
	return hex;
}

char *
digest_id_text(struct arena *a, enum digest_kind kind, const struct hash *h)
{
	static const char digits[] = "0123456789abcdef";
	const char *name = digest_id_name(kind);
	ASSERT(name && h->n == digest_size(kind));
	size_t n = strlen(name);
	char *out = NEW(a, char, n + 2 + 2 * h->n);
	if (!out)
		return NULL;
	memcpy(out, name, n);
	out[n++] = ':';
	for (size_t i = 0; i < h->n; i++) {
		out[n++] = digits[h->v[i] >> 4];
		out[n++] = digits[h->v[i] & 15];
	}
	return out;
}
