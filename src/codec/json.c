#include "codec/json.h"

#include <jansson.h>
#include <string.h>

#include "base/fmt.h"

static json_t *
out_of(const struct json *j)
{
	/* jansson's read functions take what they do not change as const
	 * except for iterators, which want it plain */
	union {
		const struct json *in;
		json_t *out;
	} u = { .in = j };
	return u.out;
}

static struct json *
into(json_t *v)
{
	return (struct json *)(void *)v;
}

/* jansson recurses and allocates as the text says: what is too deep or too
 * much is refused before it sees the text. */
static bool
shape_ok(struct span text, struct err *e)
{
	size_t depth = 0, values = 1;
	bool quoted = false;
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];
		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
			continue;
		}
		quoted = c == '"';
		values += c == ',' || c == ':' || c == '[' || c == '{';
		if (c == '[' || c == '{')
			depth++;
		if ((c == ']' || c == '}') && depth)
			depth--;
		if (depth > JSON_DEPTH_MAX)
			return err_set(e, ERR_LIMIT,
				       "byte %zu: JSON nested deeper than %d",
				       i, JSON_DEPTH_MAX);
		if (values > JSON_VALUES_MAX)
			return err_set(e, ERR_LIMIT,
				       "byte %zu: more than %zu JSON values", i,
				       JSON_VALUES_MAX);
	}
	return true;
}

bool
json_parse_max(struct span text, size_t max, struct json **out, struct err *e)
{
	json_error_t why;
	*out = NULL;
	if (text.n > max)
		return err_set(e, ERR_LIMIT,
			       "JSON of %s, more than the %s allowed",
			       show_size(text.n).s, show_size(max).s);
	if (!shape_ok(text, e))
		return false;
	json_t *v = json_loadb(text.n ? (const char *)text.p : "", text.n,
			       JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (!v && json_error_code(&why) == json_error_out_of_memory)
		return err_full(e, "a JSON document");
	if (!v)
		return err_set(e, ERR_INPUT, "not valid JSON at byte %d: %s",
			       why.position, show_str(why.text).s);
	*out = into(v);
	return true;
}

bool
json_parse(struct span text, struct json **out, struct err *e)
{
	return json_parse_max(text, LIMIT_JSON, out, e);
}

void
json_release(struct json **j)
{
	json_decref(out_of(*j));
	*j = NULL;
}

enum json_kind
json_kind(const struct json *j)
{
	static const enum json_kind kind[] = {
		[JSON_OBJECT] = JSON_KIND_MAP,  [JSON_ARRAY] = JSON_KIND_LIST,
		[JSON_STRING] = JSON_KIND_TEXT, [JSON_INTEGER] = JSON_KIND_INT,
		[JSON_REAL] = JSON_KIND_FLOAT,  [JSON_TRUE] = JSON_KIND_BOOL,
		[JSON_FALSE] = JSON_KIND_BOOL,  [JSON_NULL] = JSON_KIND_NULL,
	};
	return j ? kind[json_typeof(out_of(j))] : JSON_KIND_ABSENT;
}

bool
json_bool(const struct json *j)
{
	return json_kind(j) == JSON_KIND_BOOL && json_is_true(out_of(j));
}

struct span
json_text(const struct json *j)
{
	if (json_kind(j) != JSON_KIND_TEXT)
		return (struct span){ 0 };
	return span_of(json_string_value(out_of(j)),
		       json_string_length(out_of(j)));
}

int64_t
json_int(const struct json *j)
{
	return json_integer_value(out_of(j));
}

double
json_float(const struct json *j)
{
	return json_real_value(out_of(j));
}

size_t
json_count(const struct json *j)
{
	return json_kind(j) == JSON_KIND_LIST ? json_array_size(out_of(j))
					      : json_object_size(out_of(j));
}

const struct json *
json_get(const struct json *j, const char *key)
{
	return into(json_object_get(out_of(j), key));
}

const struct json *
json_at(const struct json *j, size_t i)
{
	return into(json_array_get(out_of(j), i));
}

bool
json_each(const struct json *j, struct json_iter *it)
{
	json_t *object = out_of(j);
	it->at = it->begun ? json_object_iter_next(object, it->at)
			   : json_object_iter(object);
	it->begun = true;
	if (!it->at)
		return false;
	it->key = span_of(json_object_iter_key(it->at),
			  json_object_iter_key_len(it->at));
	it->value = into(json_object_iter_value(it->at));
	return true;
}

static const char *
kind_name(enum json_kind kind)
{
	static const char *const name[] = {
		[JSON_KIND_ABSENT] = "nothing", [JSON_KIND_NULL] = "null",
		[JSON_KIND_BOOL] = "a boolean", [JSON_KIND_INT] = "an integer",
		[JSON_KIND_FLOAT] = "a real",   [JSON_KIND_TEXT] = "a string",
		[JSON_KIND_LIST] = "an array",  [JSON_KIND_MAP] = "an object",
	};
	return name[kind];
}

bool
json_need(const struct json *j, const char *key, enum json_kind kind,
	  const struct json **out, struct err *e)
{
	const struct json *v = json_get(j, key);
	if (json_kind(v) == kind) {
		*out = v;
		return true;
	}
	if (!v)
		return err_set(e, ERR_INPUT, "\"%s\" is missing", key);
	return err_set(e, ERR_INPUT, "\"%s\" is %s, not %s", key,
		       kind_name(json_kind(v)), kind_name(kind));
}

bool
json_need_text(const struct json *j, const char *key, struct span *out,
	       struct err *e)
{
	const struct json *v;
	if (!json_need(j, key, JSON_KIND_TEXT, &v, e))
		return false;
	*out = json_text(v);
	return true;
}

bool
json_need_u64(const struct json *j, const char *key, uint64_t *out,
	      struct err *e)
{
	const struct json *v;
	if (!json_need(j, key, JSON_KIND_INT, &v, e))
		return false;
	if (json_int(v) < 0)
		return err_set(e, ERR_INPUT, "\"%s\" is negative", key);
	*out = (uint64_t)json_int(v);
	return true;
}

static bool
lacks(const struct json *j, const char *key)
{
	return json_kind(json_get(j, key)) <= JSON_KIND_NULL;
}

bool
json_opt(const struct json *j, const char *key, enum json_kind kind,
	 const struct json **out, struct err *e)
{
	return lacks(j, key) || json_need(j, key, kind, out, e);
}

bool
json_opt_text(const struct json *j, const char *key, struct span *out,
	      struct err *e)
{
	return lacks(j, key) || json_need_text(j, key, out, e);
}

bool
json_opt_u64(const struct json *j, const char *key, uint64_t *out,
	     struct err *e)
{
	return lacks(j, key) || json_need_u64(j, key, out, e);
}

static int
append(const char *p, size_t n, void *self)
{
	struct buf *b = self;
	buf_put(b, p, n);
	return b->failed ? -1 : 0;
}

bool
json_dump(const struct json *j, enum json_style style, struct buf *b,
	  struct err *e)
{
	size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
	if (style == JSON_STYLE_CANONICAL)
		flags |= JSON_SORT_KEYS;
	if (json_dump_callback(out_of(j), append, b, flags) == 0)
		return true;
	return err_full(e, "a JSON document");
}

bool
json_canonical(struct span text, struct buf *b, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	return json_parse(text, &j, e) &&
	       json_dump(j, JSON_STYLE_CANONICAL, b, e);
}
