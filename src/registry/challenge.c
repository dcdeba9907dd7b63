#include "registry/challenge.h"

#include <string.h>
#include <strings.h>

#include "base/reader.h"

/* RFC 9110 section 5.6.2; a token does not contain 0. */
static bool
is_token(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static struct span
token(struct reader *r)
{
	const uint8_t *from = r->p;
	while (is_token(rd_peek(r)))
		rd_u8(r);
	struct span s = span_of(from, (size_t)(r->p - from));
	rd_check(r, s.n > 0, "expected a token");
	return r->why ? (struct span){ 0 } : s;
}

static void
spaces(struct reader *r)
{
	while (rd_peek(r) == ' ' || rd_peek(r) == '\t')
		rd_u8(r);
}

/* Reads after the opening quote, up to and including the closing one. */
static struct span
quoted(struct reader *r, struct arena *a, bool *full)
{
	uint8_t *out = NEW(a, uint8_t, rd_left(r) + 1);
	size_t n = 0;
	*full = *full || !out;
	while (out && !r->why) {
		uint8_t c = rd_u8(r);
		if (c == '"')
			return (struct span){ out, n };
		if (c == '\\')
			c = rd_u8(r);
		rd_check(r, c >= ' ' || c == '\t', "control character");
		out[n++] = c;
	}
	return (struct span){ 0 };
}

static bool
word_is(struct span s, const char *name)
{
	return s.n == strlen(name) &&
	       strncasecmp((const char *)s.p, name, s.n) == 0;
}

/* Stores one parameter of the scheme that is being read. */
static void
store(struct challenge *c, bool mine, struct span name, struct span value)
{
	struct {
		const char *name;
		struct span *where;
	} known[] = {
		{ "realm", &c->realm },
		{ "service", &c->service },
		{ "scope", &c->scope },
	};
	for (size_t i = 0; mine && i < COUNT(known); i++)
		if (word_is(name, known[i].name) && !known[i].where->p)
			*known[i].where = value;
}

/* Whether the word read last is a parameter's name: spaces and "=" follow, and
 * then no further "=" or end as in the padding of a token68. */
static bool
is_parameter(const struct reader *r)
{
	struct reader look = *r;
	spaces(&look);
	if (rd_peek(&look) != '=')
		return false;
	rd_u8(&look);
	spaces(&look);
	uint8_t c = rd_peek(&look);
	return c == '"' || is_token(c);
}

/* Reads the one credential that may follow a scheme (RFC 9110 section 11.2). */
static void
token68(struct reader *r)
{
	while (is_token(rd_peek(r)) || rd_peek(r) == '/')
		rd_u8(r);
	while (rd_peek(r) == '=')
		rd_u8(r);
}

static void
scheme(struct reader *r, struct span name, struct challenge *c, bool *mine)
{
	*mine = word_is(name, "Bearer") && !c->bearer;
	c->bearer = c->bearer || word_is(name, "Bearer");
	c->basic = c->basic || word_is(name, "Basic");
	uint8_t after = rd_peek(r);
	rd_check(r,
		 rd_left(r) == 0 || after == ' ' || after == ',' ||
			 after == '\t',
		 "expected a space");
	spaces(r);
	struct reader look = *r;
	while (is_token(rd_peek(&look)))
		rd_u8(&look);
	if (rd_peek(r) != ',' && rd_left(r) && !is_parameter(&look))
		token68(r);
}

bool
challenge_parse(struct span text, struct arena *a, struct challenge *out,
		struct err *e)
{
	struct reader r = rd_from(text);
	struct challenge c = { 0 };
	bool mine = false, full = false;
	while (rd_left(&r) && !full) {
		spaces(&r);
		if (rd_peek(&r) == ',') {
			rd_u8(&r);
			continue;
		}
		if (rd_left(&r) == 0)
			break;
		struct span name = token(&r), value;
		if (!is_parameter(&r)) {
			scheme(&r, name, &c, &mine);
			continue;
		}
		spaces(&r);
		rd_u8(&r); /* skips "=" */
		spaces(&r);
		if (rd_peek(&r) == '"') {
			rd_u8(&r);
			value = quoted(&r, a, &full);
		} else {
			value = token(&r);
		}
		store(&c, mine, name, value);
		spaces(&r);
		rd_check(&r, rd_left(&r) == 0 || rd_peek(&r) == ',',
			 "expected a comma");
	}
	if (full)
		return err_full(e, "a challenge");
	if (!rd_ok(&r, e))
		return err_ctx(e, "WWW-Authenticate");
	*out = c;
	return true;
}
