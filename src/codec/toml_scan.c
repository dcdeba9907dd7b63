/* TOML 1.0.0: white space, comments, keys and strings. */
#include "codec/toml_scan.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/fmt.h"

struct toml_place
toml_place(struct span text, size_t at)
{
	struct toml_place p = { 1, 1 };
	for (size_t i = 0; i < at && i < text.n; i++) {
		if (text.p[i] == '\n')
			p = (struct toml_place){ p.line + 1, 1 };
		else if ((text.p[i] & 0xc0) != 0x80)
			p.column++;
	}
	return p;
}

bool
toml_failed(const struct toml_scan *s)
{
	return s->r.why != NULL;
}

void
toml_fail(struct toml_scan *s, size_t at, const char *fmt, ...)
{
	va_list ap;
	if (toml_failed(s))
		return;
	va_start(ap, fmt);
	err_setv(s->e, ERR_INPUT, fmt, ap);
	va_end(ap);
	struct toml_place p = toml_place(s->text, at);
	rd_fail(&s->r, "not TOML");
	err_ctx(s->e, "line %u, column %u", p.line, p.column);
	err_id(s->e, "toml");
}

void
toml_full(struct toml_scan *s)
{
	if (toml_failed(s))
		return;
	rd_fail(&s->r, "no memory");
	err_full(s->e, "the TOML document");
}

struct span
toml_rest(const struct toml_scan *s)
{
	return span_of(s->r.p, rd_left(&s->r));
}

static bool
next_is(const struct toml_scan *s, const char *text)
{
	return span_starts(toml_rest(s), span_str(text));
}

bool
toml_accept(struct toml_scan *s, const char *text)
{
	if (!next_is(s, text))
		return false;
	return rd_take(&s->r, strlen(text)).n > 0;
}

void
toml_spaces(struct toml_scan *s)
{
	while (rd_peek(&s->r) == ' ' || rd_peek(&s->r) == '\t')
		rd_u8(&s->r);
}

static void
comment(struct toml_scan *s)
{
	if (rd_peek(&s->r) == '#')
		rd_take(&s->r, span_find(toml_rest(s), '\n'));
}

void
toml_blank(struct toml_scan *s)
{
	size_t at;
	do {
		at = rd_at(&s->r);
		toml_spaces(s);
		comment(s);
		if (!toml_accept(s, "\r\n"))
			toml_accept(s, "\n");
	} while (!toml_failed(s) && rd_at(&s->r) != at);
}

static bool
is_bare(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static struct span
key_part(struct toml_scan *s)
{
	size_t at = rd_at(&s->r), n = 0;
	struct span rest = toml_rest(s);
	if (next_is(s, "\"\"\"") || next_is(s, "'''"))
		toml_fail(s, at, "a key cannot be a multi-line string");
	if (rd_peek(&s->r) == '"' || rd_peek(&s->r) == '\'')
		return toml_string(s);
	while (n < rest.n && is_bare(rest.p[n]))
		n++;
	if (n == 0)
		toml_fail(s, at,
			  "expected a key: letters, digits, - and _, "
			  "or a string in quotes");
	struct span part = arena_dup(s->arena, rd_take(&s->r, n));
	if (!part.p)
		toml_full(s);
	return part;
}

void
toml_key(struct toml_scan *s, struct toml_path *key)
{
	key->n = 0;
	do {
		toml_spaces(s);
		if (key->n == LIMIT_TOML_DEPTH) {
			toml_fail(s, rd_at(&s->r),
				  "a key of more than %d parts",
				  LIMIT_TOML_DEPTH);
			return;
		}
		key->at[key->n] = rd_at(&s->r);
		key->part[key->n] = key_part(s);
		key->n++;
		toml_spaces(s);
	} while (toml_accept(s, "."));
}

static void
put_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_u8(b, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		buf_u8(b, (uint8_t)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_u8(b, (uint8_t)(0xe0 | c >> 12));
		} else {
			buf_u8(b, (uint8_t)(0xf0 | c >> 18));
			buf_u8(b, (uint8_t)(0x80 | (c >> 12 & 63)));
		}
		buf_u8(b, (uint8_t)(0x80 | (c >> 6 & 63)));
	}
	buf_u8(b, (uint8_t)(0x80 | (c & 63)));
}

/* The digits behind \u and \U. */
static void
unicode(struct toml_scan *s, size_t at, size_t digits, struct buf *b)
{
	uint32_t c = 0;
	for (size_t i = 0; i < digits; i++) {
		uint8_t d = rd_peek(&s->r);
		unsigned low = d | 0x20u;
		if (d >= '0' && d <= '9')
			c = c << 4 | (d - (unsigned)'0');
		else if (low >= 'a' && low <= 'f')
			c = c << 4 | (low - 'a' + 10);
		else
			toml_fail(s, at, "\\%c needs %zu hex digits",
				  digits == 4 ? 'u' : 'U', digits);
		rd_u8(&s->r);
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		toml_fail(s, at, "%X is not a Unicode character", c);
	put_utf8(b, c);
}

/* A backslash at the end of a line: everything up to text is left out. */
static bool
line_ends(struct toml_scan *s)
{
	struct span rest = toml_rest(s);
	size_t n = 0;
	while (n < rest.n && (rest.p[n] == ' ' || rest.p[n] == '\t'))
		n++;
	struct span line = span_from(rest, n);
	if (!span_starts(line, SPAN("\n")) && !span_starts(line, SPAN("\r\n")))
		return false;
	while (n < rest.n && strchr(" \t\r\n", rest.p[n]))
		n++;
	rd_take(&s->r, n);
	return true;
}

/* Behind a backslash in a basic string. */
static void
escape(struct toml_scan *s, bool lines, struct buf *b)
{
	static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
	size_t at = rd_at(&s->r) - 1;
	if (lines && line_ends(s))
		return;
	if (rd_left(&s->r) == 0)
		toml_fail(s, at, "the text ends in a string");
	uint8_t c = rd_u8(&s->r);
	const char *f = c ? strchr(from, c) : NULL;
	if (f)
		buf_u8(b, (uint8_t)to[f - from]);
	else if (c == 'u')
		unicode(s, at, 4, b);
	else if (c == 'U')
		unicode(s, at, 8, b);
	else
		toml_fail(s, at,
			  "unknown escape \\%s; write \\\\ for a backslash, or "
			  "the string in single quotes",
			  show(span_of(&c, 1)).s);
}

/* The end of a multi-line string; up to two quotes may stand before it. */
static bool
long_end(struct toml_scan *s, const char *quote, struct buf *b)
{
	if (!toml_accept(s, quote))
		return false;
	for (size_t i = 0; i < 2 && rd_peek(&s->r) == (uint8_t)quote[0]; i++)
		buf_u8(b, rd_u8(&s->r));
	return true;
}

static void
long_string(struct toml_scan *s, const char *quote, size_t at, struct buf *b)
{
	if (!toml_accept(s, "\r\n"))
		toml_accept(s, "\n");
	while (!long_end(s, quote, b)) {
		if (rd_left(&s->r) == 0) {
			toml_fail(s, at, "this string has no closing %s",
				  quote);
			return;
		}
		toml_accept(s, "\r"); /* of CR LF: no other is let in */
		uint8_t c = rd_u8(&s->r);
		if (c == '\\' && quote[0] == '"')
			escape(s, true, b);
		else
			buf_u8(b, c);
	}
}

static void
short_string(struct toml_scan *s, uint8_t quote, size_t at, struct buf *b)
{
	for (;;) {
		uint8_t c = rd_peek(&s->r);
		if (c == 0 || c == '\n' || c == '\r') {
			toml_fail(s, at,
				  "this string has no closing %c on its line",
				  quote);
			return;
		}
		rd_u8(&s->r);
		if (c == quote)
			return;
		if (c == '\\' && quote == '"')
			escape(s, false, b);
		else
			buf_u8(b, c);
	}
}

struct span
toml_string(struct toml_scan *s)
{
	size_t at = rd_at(&s->r);
	DEFER(buf_free) struct buf b = buf_max(s->text.n);
	if (toml_accept(s, "\"\"\""))
		long_string(s, "\"\"\"", at, &b);
	else if (toml_accept(s, "'''"))
		long_string(s, "'''", at, &b);
	else
		short_string(s, rd_u8(&s->r), at, &b);
	struct span out = arena_dup(s->arena, buf_view(&b));
	if (b.failed || !out.p)
		toml_full(s);
	return toml_failed(s) ? (struct span){ 0 } : out;
}

void
toml_put_string(struct buf *b, struct span text)
{
	buf_u8(b, '"');
	while (text.n) {
		size_t len = utf8_len(text);
		uint32_t c = len ? utf8_point(text, len) : text.p[0];
		if (len && utf8_unseen(c))
			buf_fmt(b, c > 0xffff ? "\\U%08X" : "\\u%04X", c);
		else if (c == '"' || c == '\\')
			buf_fmt(b, "\\%c", (int)c);
		else
			buf_put(b, text.p, len ? len : 1);
		text = span_from(text, len ? len : 1);
	}
	buf_u8(b, '"');
}
