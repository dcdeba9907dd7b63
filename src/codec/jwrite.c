#include "codec/jwrite.h"

#include "base/fmt.h"
#include "codec/hex.h"

struct jw
jw_into(struct buf *b, unsigned indent)
{
	return (struct jw){ .b = b, .indent = indent };
}

static void
put_escaped(struct buf *b, uint32_t c)
{
	static const char short_of[] = "btn\0fr"; /* 8, 9, 10, -, 12, 13 */
	if (c == '"' || c == '\\')
		buf_fmt(b, "\\%c", (int)c);
	else if (c >= 8 && c <= 13 && c != 11)
		buf_fmt(b, "\\%c", short_of[c - 8]);
	else if (c > 0xffff)
		buf_fmt(b, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10),
			0xdc00 + (c & 0x3ff));
	else
		buf_fmt(b, "\\u%04x", c);
}

static void
put_string(struct buf *b, struct span s)
{
	buf_u8(b, '"');
	while (s.n) {
		size_t n = utf8_len(s);
		uint32_t c = n ? utf8_point(s, n) : 0;
		if (n == 0)
			buf_str(b, "\xef\xbf\xbd");
		else if (c == '"' || c == '\\' || utf8_unseen(c))
			put_escaped(b, c);
		else
			buf_put(b, s.p, n);
		s = span_from(s, n ? n : 1);
	}
	buf_u8(b, '"');
}

static void
new_line(struct jw *w)
{
	if (!w->indent)
		return;
	buf_u8(w->b, '\n');
	for (unsigned i = 0; i < w->indent * w->depth; i++)
		buf_u8(w->b, ' ');
}

/* What comes before a value: comma, line, key. */
static void
begin(struct jw *w, struct span key)
{
	if (w->some[w->depth])
		buf_u8(w->b, ',');
	w->some[w->depth] = true;
	if (w->depth)
		new_line(w);
	ASSERT(!key.p == (w->depth == 0 || w->list[w->depth]));
	if (!key.p)
		return;
	put_string(w->b, key);
	buf_str(w->b, w->indent ? ": " : ":");
}

static struct span
key_of(const char *key)
{
	return span_str(key);
}

static void
open_with(struct jw *w, struct span key, bool list)
{
	begin(w, key);
	buf_u8(w->b, list ? '[' : '{');
	ASSERT(w->depth + 1 < JW_DEPTH_MAX);
	w->depth++;
	w->some[w->depth] = false;
	w->list[w->depth] = list;
}

void
jw_map(struct jw *w, const char *key)
{
	open_with(w, key_of(key), false);
}

void
jw_list(struct jw *w, const char *key)
{
	open_with(w, key_of(key), true);
}

void
jw_end(struct jw *w)
{
	ASSERT(w->depth);
	bool some = w->some[w->depth], list = w->list[w->depth];
	w->depth--;
	if (some)
		new_line(w);
	buf_u8(w->b, list ? ']' : '}');
}

void
jw_text(struct jw *w, const char *key, struct span text)
{
	begin(w, key_of(key));
	put_string(w->b, text);
}

void
jw_str(struct jw *w, const char *key, const char *text)
{
	if (text)
		jw_text(w, key, span_str(text));
	else
		jw_null(w, key);
}

void
jw_hex(struct jw *w, const char *key, struct span bytes)
{
	begin(w, key_of(key));
	buf_u8(w->b, '"');
	hex_put(w->b, bytes);
	buf_u8(w->b, '"');
}

void
jw_u64(struct jw *w, const char *key, uint64_t v)
{
	begin(w, key_of(key));
	buf_fmt(w->b, "%llu", (unsigned long long)v);
}

void
jw_int(struct jw *w, const char *key, int64_t v)
{
	begin(w, key_of(key));
	buf_fmt(w->b, "%lld", (long long)v);
}

void
jw_bool(struct jw *w, const char *key, bool v)
{
	begin(w, key_of(key));
	buf_str(w->b, v ? "true" : "false");
}

void
jw_null(struct jw *w, const char *key)
{
	begin(w, key_of(key));
	buf_str(w->b, "null");
}

/* A list or a map that is being copied. */
struct walk {
	const struct json *j;
	struct json_iter it;
	size_t next;
};

static bool
is_container(const struct json *j)
{
	return json_kind(j) == JSON_KIND_LIST || json_kind(j) == JSON_KIND_MAP;
}

static void
put_plain(struct jw *w, struct span key, const struct json *j)
{
	struct err e;
	begin(w, key);
	if (json_kind(j) == JSON_KIND_TEXT)
		put_string(w->b, json_text(j));
	else if (json_kind(j) == JSON_KIND_ABSENT)
		buf_str(w->b, "null");
	else
		IGNORE(json_dump(j, JSON_STYLE_COMPACT, w->b, &e));
}

/* The next member of the innermost container; false at its end. */
static bool
walk_next(struct walk *k, struct span *key, const struct json **value)
{
	*key = (struct span){ 0 };
	if (json_kind(k->j) == JSON_KIND_LIST) {
		*value = json_at(k->j, k->next++);
		return *value != NULL;
	}
	if (!json_each(k->j, &k->it))
		return false;
	*key = k->it.key;
	*value = k->it.value;
	return true;
}

void
jw_json_span(struct jw *w, struct span key, const struct json *j)
{
	struct walk stack[JSON_DEPTH_MAX + 1];
	size_t depth = 0;
	const struct json *v = j;
	bool more = true;
	while (more) {
		if (is_container(v)) {
			ASSERT(depth < COUNT(stack));
			open_with(w, key, json_kind(v) == JSON_KIND_LIST);
			stack[depth++] = (struct walk){ .j = v };
		} else {
			put_plain(w, key, v);
		}
		while (depth && !walk_next(&stack[depth - 1], &key, &v)) {
			jw_end(w);
			depth--;
		}
		more = depth > 0;
	}
}

void
jw_json(struct jw *w, const char *key, const struct json *j)
{
	jw_json_span(w, key_of(key), j);
}

bool
jw_ok(const struct jw *w, struct err *e)
{
	ASSERT(w->depth == 0 || w->b->failed);
	return buf_ok(w->b, "JSON output", e);
}
