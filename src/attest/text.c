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

/* Without white space, in the usual alphabet, padded. */
static bool
tidy(struct span in, struct arena *a, struct span *out)
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
	*out = span_of(p, n);
	if (all_hex(*out) && n % 2 == 0)
		return true;
	while (n % 4)
		p[n++] = '=';
	*out = span_of(p, n);
	return true;
}

bool
doc_decode(struct span in, struct arena *a, struct span *out, struct err *e)
{
	struct span text;
	struct err why = { 0 };
	if (in.n == 0 || in.p[0] >= 0x80) {
		*out = in;
		return true;
	}
	if (in.n > DOC_TEXT_MAX)
		return reason_err(e, "doc-size", "%zu characters of text",
				  in.n);
	if (!tidy(in, a, &text))
		return err_full(e, "a document");
	/* A document's hex begins with 8 or d, and as base 64 it would begin
	 * with other bytes than a document has. */
	bool ok = text.n && all_hex(text) && text.n % 2 == 0
			  ? hex_parse(text, a, out, &why)
			  : base64_parse(text, a, out, &why);
	if (ok)
		return true;
	if (a->failed)
		return err_full(e, "a document");
	return reason_err(e, "doc-text",
			  "neither bytes nor hex nor base 64:"
			  " %s",
			  why.msg);
}

bool
pcr_parse(struct span text, struct arena *a, struct span *out, struct err *e)
{
	const char *why = NULL;
	if (span_starts(text, SPAN("0x")) || span_starts(text, SPAN("0X")))
		why = "leave the 0x away";
	else if (text.n == 64 && !all_hex(text))
		why = "this looks like base 64 of 48 bytes: write it in hex";
	else if (!all_hex(text))
		why = "there is something else than hex digits in it";
	else if (text.n == 64)
		why = "this has the length of a SHA-256 value; registers are"
		      " SHA-384";
	else if (text.n != 2 * (size_t)DOC_PCR_SIZE)
		why = "part of it is missing, or something is too much";
	if (!why)
		return hex_parse(text, a, out, e);
	err_set(e, ERR_USAGE,
		"a register's value is 96 hex digits, this has %zu characters",
		text.n);
	err_id(e, "pcr-form");
	return err_hint(e, "%s", why);
}
