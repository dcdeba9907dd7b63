/* TOML 1.0.0: numbers, truth values, dates and times. */
#include "codec/toml_scan.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "base/fmt.h"
#include "base/num.h"

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Two or four digits at *s; advances. */
static bool
fixed(struct span *s, size_t n, unsigned *out)
{
	unsigned v = 0;
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(s->p[i]))
			return false;
		v = v * 10 + (s->p[i] - (unsigned)'0');
	}
	*out = v;
	*s = span_from(*s, n);
	return true;
}

static bool
mark(struct span *s, const char *any)
{
	if (s->n == 0 || s->p[0] == 0 || !strchr(any, s->p[0]))
		return false;
	*s = span_from(*s, 1);
	return true;
}

static bool
date(struct span *s, struct toml_time *t)
{
	if (!fixed(s, 4, &t->year) || !mark(s, "-") ||
	    !fixed(s, 2, &t->month) || !mark(s, "-") || !fixed(s, 2, &t->day))
		return false;
	t->has_date = true;
	return calendar_has(t->year, t->month, t->day);
}

static bool
fraction(struct span *s, struct toml_time *t)
{
	unsigned unit = 100 * 1000 * 1000;
	if (s->n == 0 || !is_digit(s->p[0]))
		return false;
	for (; s->n && is_digit(s->p[0]); *s = span_from(*s, 1)) {
		t->nanosecond += (s->p[0] - (unsigned)'0') * unit;
		unit /= 10;
	}
	return true;
}

static bool
time_of_day(struct span *s, struct toml_time *t)
{
	if (!fixed(s, 2, &t->hour) || !mark(s, ":") ||
	    !fixed(s, 2, &t->minute) || !mark(s, ":") ||
	    !fixed(s, 2, &t->second))
		return false;
	t->has_time = true;
	if (mark(s, ".") && !fraction(s, t))
		return false;
	return t->hour < 24 && t->minute < 60 && t->second <= 60;
}

static bool
offset(struct span *s, struct toml_time *t)
{
	unsigned hours, minutes;
	if (s->n == 0)
		return true;
	t->has_offset = true;
	if (mark(s, "Zz"))
		return s->n == 0;
	bool west = s->p[0] == '-';
	if (!mark(s, "+-") || !fixed(s, 2, &hours) || !mark(s, ":") ||
	    !fixed(s, 2, &minutes))
		return false;
	t->offset = (int)(hours * 60 + minutes) * (west ? -1 : 1);
	return s->n == 0 && hours < 24 && minutes < 60;
}

/* RFC 3339, parts of it may be missing. */
static bool
moment(struct span s, struct toml_time *t)
{
	if (s.n > 2 && s.p[2] == ':')
		return time_of_day(&s, t) && s.n == 0;
	if (!date(&s, t))
		return false;
	if (s.n == 0)
		return true;
	return mark(&s, "Tt ") && time_of_day(&s, t) && offset(&s, t);
}

static bool
looks_like_moment(struct span s)
{
	unsigned n;
	if (s.n > 2 && s.p[2] == ':')
		return fixed(&s, 2, &n);
	return s.n > 4 && s.p[4] == '-' && fixed(&s, 4, &n);
}

/* 0..15, or 16 when c is no digit at all. */
static unsigned
digit_value(uint8_t c)
{
	if (is_digit(c))
		return c - (unsigned)'0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - (unsigned)'a' + 10 : 16;
}

/* Digits of a base with single underscores between them. */
static bool
digits_ok(struct span s, unsigned base)
{
	bool after_digit = false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '_') {
			if (!after_digit)
				return false;
			after_digit = false;
			continue;
		}
		if (digit_value(s.p[i]) >= base)
			return false;
		after_digit = true;
	}
	return after_digit;
}

/* Digits that digits_ok has passed; false when it does not fit. */
static bool
magnitude(struct span s, unsigned base, uint64_t *out)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '_')
			continue;
		if (!num_mul64(v, base, &v) ||
		    !num_add64(v, digit_value(s.p[i]), &v))
			return false;
	}
	*out = v;
	return true;
}

enum word { WORD_NO, WORD_OK, WORD_RANGE };

static enum word
integer(struct span s, int64_t *out)
{
	static const struct {
		const char *prefix;
		unsigned base;
	} bases[] = { { "0x", 16 }, { "0o", 8 }, { "0b", 2 } };
	unsigned base = 10;
	uint64_t v, max = INT64_MAX;
	for (size_t i = 0; i < COUNT(bases); i++)
		if (span_starts(s, span_str(bases[i].prefix)))
			base = bases[i].base;
	bool minus = base == 10 && s.n && s.p[0] == '-';
	if (base != 10)
		s = span_from(s, 2);
	else
		mark(&s, "+-");
	if (!digits_ok(s, base) || (base == 10 && s.n > 1 && s.p[0] == '0'))
		return WORD_NO;
	if (!magnitude(s, base, &v) || v > max + minus)
		return WORD_RANGE;
	*out = minus ? (int64_t)(0 - v) : (int64_t)v;
	return WORD_OK;
}

static enum word
special(struct span s, double *out)
{
	bool minus = s.n && s.p[0] == '-';
	mark(&s, "+-");
	if (span_is(s, "inf"))
		*out = minus ? -(double)INFINITY : (double)INFINITY;
	else if (span_is(s, "nan"))
		*out = (double)NAN;
	else
		return WORD_NO;
	return WORD_OK;
}

static enum word
real(struct toml_scan *sc, struct span s, double *out)
{
	struct span exponent = s, part, whole = s;
	if (special(s, out) == WORD_OK)
		return WORD_OK;
	mark(&whole, "+-");
	size_t e = span_find(whole, 'e'), upper = span_find(whole, 'E');
	exponent = span_from(whole, (e < upper ? e : upper) + 1);
	part = whole = span_sub(whole, 0, e < upper ? e : upper);
	whole = span_cut(&part, '.');
	mark(&exponent, "+-");
	/* underscores and leading zeros; num_parse_real has the rest */
	if (!digits_ok(whole, 10) || (whole.n > 1 && whole.p[0] == '0') ||
	    (part.n && !digits_ok(part, 10)) ||
	    (exponent.n && !digits_ok(exponent, 10)))
		return WORD_NO;
	DEFER(buf_free) struct buf b = buf_max(s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_')
			buf_u8(&b, s.p[i]);
	if (b.failed)
		toml_full(sc);
	return num_parse_real(buf_view(&b), out) ? WORD_OK : WORD_NO;
}

/* Up to what ends a value. A space may stand between a date and a time. */
static struct span
word_at(struct span rest)
{
	size_t n = 0;
	while (n < rest.n && !strchr(" \t\r\n#,]}=", rest.p[n]))
		n++;
	if (n == 10 && rest.p[4] == '-' && n + 1 < rest.n && rest.p[n] == ' ' &&
	    is_digit(rest.p[n + 1]))
		while (++n < rest.n && !strchr(" \t\r\n#,]}=", rest.p[n]))
			;
	return span_sub(rest, 0, n);
}

static enum word
number(struct toml_scan *s, struct span w, struct toml *v)
{
	enum word got = integer(w, &v->integer);
	v->kind = TOML_INTEGER;
	if (got != WORD_NO)
		return got;
	v->kind = TOML_FLOAT;
	return real(s, w, &v->real);
}

void
toml_word(struct toml_scan *s, struct toml *v)
{
	size_t at = rd_at(&s->r);
	struct span w = word_at(toml_rest(s));
	rd_take(&s->r, w.n);
	if (span_is(w, "true") || span_is(w, "false")) {
		v->kind = TOML_BOOL;
		v->truth = w.n == 4;
		return;
	}
	if (looks_like_moment(w)) {
		v->kind = TOML_TIME;
		if (!moment(w, &v->time))
			toml_fail(s, at, "%s is not a date or time", show(w).s);
		return;
	}
	enum word got = number(s, w, v);
	if (got == WORD_RANGE)
		toml_fail(s, at, "%s does not fit in 64 bits", show(w).s);
	else if (got == WORD_NO && w.n == 0)
		toml_fail(s, at, "expected a value");
	else if (got == WORD_NO)
		toml_fail(s, at, "%s is not a value; text stands in quotes",
			  show(w).s);
}
