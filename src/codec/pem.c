#include "codec/pem.h"

#include <string.h>

#include "base/fmt.h"
#include "codec/base64.h"

enum { LINE_WRITTEN = 64, LABEL_MAX = 64 };

#define BEGIN  SPAN("-----BEGIN ")
#define END    SPAN("-----END ")
#define DASHES SPAN("-----")

/* The next line, without its end and what is invisible at its end. */
static struct span
take_line(struct span *rest)
{
	struct span line = span_cut(rest, '\n');
	while (line.n && strchr(" \t\r", line.p[line.n - 1]))
		line.n--;
	return line;
}

/* "-----BEGIN LABEL-----" gives LABEL. */
static bool
label_of(struct span line, struct span head, struct span *label)
{
	if (!span_starts(line, head) || line.n < head.n + DASHES.n ||
	    !span_ends(line, DASHES))
		return false;
	*label = span_sub(line, head.n, line.n - head.n - DASHES.n);
	if (label->n == 0 || label->n > LABEL_MAX)
		return false;
	for (size_t i = 0; i < label->n; i++)
		if (label->p[i] < ' ' || label->p[i] > '~' ||
		    label->p[i] == '-')
			return false;
	return true;
}

static bool
body_line(struct span line, struct err *e)
{
	if (line.n == 0)
		return err_set(e, ERR_INPUT, "an empty line in a PEM block");
	if (memchr(line.p, ':', line.n)) {
		err_set(e, ERR_INPUT, "a PEM block with headers");
		return err_hint(e, "if this is an old encrypted key, convert it"
				   " with openssl pkcs8 -topk8");
	}
	return true;
}

/* Joins the lines up to the one that ends the block at p, which has room for
 * all of *rest. */
static bool
read_body(struct span *rest, struct span label, uint8_t *p, size_t *n,
	  struct err *e)
{
	while (rest->n) {
		struct span line = take_line(rest), end;
		if (span_starts(line, DASHES)) {
			if (label_of(line, END, &end) && span_eq(end, label))
				return true;
			return err_set(e, ERR_INPUT,
				       "a PEM block %s ends with %s",
				       show(label).s, show(line).s);
		}
		if (!body_line(line, e))
			return false;
		memcpy(p + *n, line.p, line.n);
		*n += line.n;
	}
	return err_set(e, ERR_INPUT, "a PEM block %s without an end",
		       show(label).s);
}

/* All of it in the arena: the block may be a key. */
static bool
read_block(struct span *rest, struct span first, struct arena *a,
	   struct pem_block *out, struct err *e)
{
	size_t n = 0;
	if (!label_of(first, BEGIN, &out->label))
		return err_set(e, ERR_INPUT, "a malformed PEM line %s",
			       show(first).s);
	uint8_t *p = NEW(a, uint8_t, rest->n + 1);
	if (!p)
		return err_full(e, "a PEM block");
	if (!read_body(rest, out->label, p, &n, e))
		return false;
	if (n == 0)
		return err_set(e, ERR_INPUT, "an empty PEM block");
	if (!base64_parse(span_of(p, n), a, &out->der, e))
		return err_ctx(e, "PEM block %s", show(out->label).s);
	return true;
}

bool
pem_next(struct span *rest, struct arena *a, struct pem_block *out, bool *found,
	 struct err *e)
{
	struct span all = *rest, at = all;
	*found = false;
	if (span_starts(at, SPAN("\xef\xbb\xbf"))) /* as editors put it */
		at = span_from(at, 3);
	while (at.n) {
		const uint8_t *start = at.p;
		struct span line = take_line(&at);
		if (!span_starts(line, SPAN("-----BEGIN")) &&
		    !span_starts(line, SPAN("-----END")))
			continue;
		struct pem_block block = { 0 };
		if (!read_block(&at, line, a, &block, e))
			return false;
		block.before =
			span_trim(span_sub(all, 0, (size_t)(start - all.p)));
		block.text = span_sub(all, (size_t)(start - all.p),
				      all.n - at.n - (size_t)(start - all.p));
		*out = block;
		*rest = at;
		*found = true;
		return true;
	}
	*rest = span_trim(all);
	return true;
}

void
pem_put(struct buf *b, const char *label, struct span der)
{
	const size_t bytes = (size_t)LINE_WRITTEN / 4 * 3;
	buf_fmt(b, "-----BEGIN %s-----\n", label);
	for (size_t i = 0; i < der.n; i += bytes) {
		base64_put(b, span_sub(der, i, bytes));
		buf_u8(b, '\n');
	}
	buf_fmt(b, "-----END %s-----\n", label);
}
