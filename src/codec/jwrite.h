/*
 * JSON (RFC 8259) written as a stream into a buf, without building values
 * first. Sticky: errors are looked at once, by jw_ok.
 *
 *	struct jw w = jw_into(&buf, 2);
 *	jw_map(&w, NULL);
 *	jw_text(&w, "name", SPAN("x"));
 *	jw_list(&w, "sizes");
 *	jw_u64(&w, NULL, 7);
 *	jw_end(&w);
 *	jw_end(&w);
 *
 * `key` is NULL inside a list and for the outermost value, and must be there
 * inside a map. Bytes that are not UTF-8 become U+FFFD. With indent 0 there is
 * no white space at all; otherwise the layout is that of serde_json and most
 * other pretty printers: one member a line, ": ", empty ones as {} and [].
 */
#pragma once

#include "base/buf.h"
#include "codec/json.h"

enum { JW_DEPTH_MAX = JSON_DEPTH_MAX + 16 };

struct jw {
	struct buf *b;
	unsigned indent, depth;
	bool some[JW_DEPTH_MAX]; /* something was written at this depth */
	bool list[JW_DEPTH_MAX];
};

struct jw jw_into(struct buf *b, unsigned indent);

void jw_map(struct jw *w, const char *key);
void jw_list(struct jw *w, const char *key);
void jw_end(struct jw *w); /* of the innermost map or list */

void jw_text(struct jw *w, const char *key, struct span text);
/* NULL writes null. */
void jw_str(struct jw *w, const char *key, const char *text);
void jw_hex(struct jw *w, const char *key, struct span bytes);
void jw_u64(struct jw *w, const char *key, uint64_t v);
void jw_int(struct jw *w, const char *key, int64_t v);
void jw_bool(struct jw *w, const char *key, bool v);
void jw_null(struct jw *w, const char *key);
/* A parsed value, members in their order. NULL writes null. */
void jw_json(struct jw *w, const char *key, const struct json *j);
/* The same for a key that is not NUL-terminated text of ours. */
void jw_json_span(struct jw *w, struct span key, const struct json *j);

/* Everything fitted and every map and list is closed (that one is ours). */
MUST_USE bool jw_ok(const struct jw *w, struct err *e);
