#include "attest/text.h"

#include "attest/doc.h"
#include "attest/reasons.h"
#include "base/fmt.h"
#include "codec/base64.h"
#include "codec/hex.h"

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

static bool
all_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_hex(s.p[i]))
			return false;
	return true;
}

/* A text without white space: hex, or base 64 in the usual alphabet, padded. */
struct tidy {
	struct span text;
	bool hex;
};

/* As programs print hex, with 0x in front; in base 64 no document begins so. */
static bool
hex_marked(struct span s)
{
	return span_starts(s, SPAN("0x")) || span_starts(s, SPAN("0X"));
}

static bool
tidy(struct span in, struct arena *a, struct tidy *out)
{
	uint8_t *p = NEW(a, uint8_t, in.n + 4);
	size_t n = 0;
	if (!p)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		uint8_t c = in.p[i];
		if (!is_space(c))
			p[n++] = c == '-' ? '+' : c == '_' ? '/' : c;
	}
	struct span text = span_of(p, n);
	if (hex_marked(text))
		*out = (struct tidy){ span_from(text, 2), true };
	else if (n && all_hex(text) && n % 2 == 0)
		*out = (struct tidy){ text, true };
	else {
		while (n % 4)
			p[n++] = '=';
		*out = (struct tidy){ span_of(p, n), false };
	}
	return true;
}

bool
doc_decode(struct span in, struct arena *a, struct span *out, struct err *e)
{
	struct tidy t;
	struct err why = { 0 };
	if (span_starts(in, SPAN("\xef\xbb\xbf"))) /* what editors put there */
		in = span_from(in, 3);
	else if (span_starts(in, SPAN("\xff\xfe")) ||
		 span_starts(in, SPAN("\xfe\xff")))
		return reason_err(e, "doc-text", "%s",
				  "UTF-16 text, by the byte-order mark in"
				  " front");
	if (in.n == 0 || in.p[0] >= 0x80) {
		*out = in;
		return true;
	}
	if (in.n > DOC_TEXT_MAX)
		return reason_err(e, "doc-size", "%zu characters of text",
				  in.n);
	if (!tidy(in, a, &t))
		return err_full(e, "a document");
	/* A document's hex begins with 8 or d, and as base 64 it would begin
	 * with other bytes than a document has. */
	bool ok = t.hex ? hex_parse(t.text, a, out, &why)
			: base64_parse(t.text, a, out, &why);
	if (ok)
		return true;
	if (a->failed)
		return err_full(e, "a document");
	return reason_err(e, "doc-text",
			  "neither bytes nor hex nor base 64:"
			  " %s",
			  why.msg);
}
