/*
 * JSON (RFC 8259) read strictly, by jansson. This is the only file that knows
 * jansson; a `struct json` is one of its values.
 *
 * Refused: duplicate keys, bytes after the value, text that is not UTF-8, a
 * NUL inside a string, integers beyond 64 bits signed, more than LIMIT_JSON
 * bytes (or the caller's limit), nesting deeper than JSON_DEPTH_MAX, more than
 * JSON_VALUES_MAX values.
 *
 * A value from json_parse is released with json_release (DEFER works);
 * everything got out of it is borrowed and dies with it. All getters accept
 * NULL, which behaves like an absent value. Objects keep the order of the
 * text. Writing is codec/jwrite.h; json_dump is for canonical bytes.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"

enum { JSON_DEPTH_MAX = 64 };
/* One value costs jansson up to 200 bytes. */
#define JSON_VALUES_MAX ((size_t)1 << 20)

struct json;

enum json_kind {
	JSON_KIND_ABSENT, /* of a NULL pointer only */
	JSON_KIND_NULL,
	JSON_KIND_BOOL,
	JSON_KIND_INT,
	JSON_KIND_FLOAT,
	JSON_KIND_TEXT,
	JSON_KIND_LIST,
	JSON_KIND_MAP,
};

/* Any kind of value, at most LIMIT_JSON bytes of text. */
MUST_USE bool json_parse(struct span text, struct json **out, struct err *e);
MUST_USE bool json_parse_max(struct span text, size_t max, struct json **out,
			     struct err *e);
void json_release(struct json **j); /* NULL is fine; sets it to NULL */

enum json_kind json_kind(const struct json *j);
bool json_bool(const struct json *j);
/* The empty span when it is no string. The bytes end in a NUL (not counted),
 * and hold none. */
struct span json_text(const struct json *j);
int64_t json_int(const struct json *j);  /* 0 when it is no integer */
double json_float(const struct json *j); /* 0 when it is no real */
/* Members of an object or elements of an array. */
size_t json_count(const struct json *j);
/* NULL when j is no object or has no such member. */
const struct json *json_get(const struct json *j, const char *key);
/* NULL when j is no array or i is outside. */
const struct json *json_at(const struct json *j, size_t i);

/* Walks an object in the order of its text:
 *	struct json_iter it = { 0 };
 *	while (json_each(object, &it)) use(it.key, it.value); */
struct json_iter {
	void *at;
	struct span key; /* ends in a NUL, not counted */
	const struct json *value;
	bool begun;
};
bool json_each(const struct json *j, struct json_iter *it);

/* A member of an object with the kind it must have; ERR_INPUT names the key.
 * need: absent is an error. opt: absent or null leaves *out as it is. */
MUST_USE bool json_need(const struct json *j, const char *key,
			enum json_kind kind, const struct json **out,
			struct err *e);
MUST_USE bool json_need_text(const struct json *j, const char *key,
			     struct span *out, struct err *e);
MUST_USE bool json_need_u64(const struct json *j, const char *key,
			    uint64_t *out, struct err *e);
MUST_USE bool json_opt(const struct json *j, const char *key,
		       enum json_kind kind, const struct json **out,
		       struct err *e);
MUST_USE bool json_opt_text(const struct json *j, const char *key,
			    struct span *out, struct err *e);
MUST_USE bool json_opt_u64(const struct json *j, const char *key, uint64_t *out,
			   struct err *e);

enum json_style {
	JSON_STYLE_CANONICAL, /* no white space, keys in byte order */
	JSON_STYLE_COMPACT, /* no white space, keys in the order of the text */
};
/* Appends; reals have 17 digits, control characters are \u00XX. */
MUST_USE bool json_dump(const struct json *j, enum json_style style,
			struct buf *b, struct err *e);
/* The canonical bytes of a JSON text: json_parse and json_dump. */
MUST_USE bool json_canonical(struct span text, struct buf *b, struct err *e);
