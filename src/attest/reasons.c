#include "attest/reasons.h"

#include <stdarg.h>
#include <string.h>

#include "base/fmt.h"

static const struct reasons *const chapters[] = {
	&reasons_document,
	&reasons_chain,
	&reasons_expected,
};

const struct reason *
reason_look(const char *code)
{
	for (size_t i = 0; i < COUNT(chapters); i++)
		for (size_t j = 0; j < chapters[i]->n; j++)
			if (strcmp(chapters[i]->v[j].code, code) == 0)
				return &chapters[i]->v[j];
	return NULL;
}

const struct reason *
reason_find(const char *code)
{
	const struct reason *r = reason_look(code);
	ASSERT(r);
	return r;
}

const struct reason *
reason_at(size_t i)
{
	for (size_t c = 0; c < COUNT(chapters); c++) {
		if (i < chapters[c]->n)
			return &chapters[c]->v[i];
		i -= chapters[c]->n;
	}
	return NULL;
}

bool
reason_err(struct err *e, const char *code, const char *fmt, ...)
{
	const struct reason *r = reason_find(code);
	va_list ap;
	va_start(ap, fmt);
	err_setv(e, r->malformed ? ERR_INPUT : ERR_REFUSED, fmt, ap);
	va_end(ap);
	err_id(e, code);
	return err_hint(e, "%s", r->next);
}

bool
reason_advise(struct err *e)
{
	const struct reason *r = e->id ? reason_look(e->id) : NULL;
	return r ? err_hint(e, "%s", r->next) : false;
}

/* With a capital in front and a full stop behind. */
static void
sentence(struct buf *b, const char *text)
{
	uint8_t first = (uint8_t)text[0];
	if (first >= 'a' && first <= 'z')
		first = (uint8_t)(first - 'a' + 'A');
	buf_u8(b, first);
	buf_fmt(b, "%s.", text + 1);
}

static void
wrapped(struct buf *b, const char *indent, const char *lead, const char *text)
{
	DEFER(buf_free) struct buf one = buf_max(4096);
	buf_str(&one, lead);
	sentence(&one, text);
	buf_u8(&one, 0);
	fmt_wrap(b, indent, one.failed ? text : (const char *)one.p);
}

static const char *
status_of(const struct reason *r)
{
	return r->malformed ? "3, the input is no document"
			    : "1, the document is not accepted";
}

void
reason_text(struct buf *b, const struct reason *r)
{
	buf_fmt(b, "%s: %s\n\n", r->code, r->title);
	fmt_wrap(b, "    ", r->means);
	buf_str(b, "\n");
	wrapped(b, "    ", "To do: ", r->next);
	buf_fmt(b, "\n    Exit status of verify: %s.\n", status_of(r));
}

void
reasons_markdown(struct buf *b)
{
	buf_str(b, "# Troubleshooting\n\n");
	fmt_wrap(b, "",
		 "What each code of `veraclave verify` and `veraclave"
		 " resign` means, and what"
		 " to do. `veraclave explain CODE` prints one of them;"
		 " this page is printed by `veraclave explain"
		 " --markdown` from the same table.");
	for (size_t c = 0; c < COUNT(chapters); c++) {
		buf_fmt(b, "\n## %s\n", chapters[c]->title);
		for (size_t i = 0; i < chapters[c]->n; i++) {
			const struct reason *r = &chapters[c]->v[i];
			buf_fmt(b, "\n### %s\n\n", r->code);
			wrapped(b, "", "", r->title);
			buf_str(b, "\n");
			fmt_wrap(b, "", r->means);
			buf_str(b, "\n");
			wrapped(b, "", "**To do:** ", r->next);
		}
	}
}
