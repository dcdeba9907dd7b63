/*
 * TOML 1.0.0 (toml.io/en/v1.0.0), read only: the whole language, into a tree
 * in an arena that borrows nothing from the text.
 *
 * Where the specification leaves a choice: integers are 64 bits and an
 * integer that does not fit is refused; line ends inside strings become LF;
 * a second may be 60; digits beyond nanoseconds are cut off.
 *
 * Limits: LIMIT_CONFIG bytes, LIMIT_TOML_DEPTH levels below the root,
 * LIMIT_TOML_KEYS keys a table. Every error is "line N, column M: ...",
 * columns counted in characters from 1, with the stable name "toml".
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum toml_kind {
	TOML_TABLE,
	TOML_ARRAY,
	TOML_STRING,
	TOML_INTEGER,
	TOML_FLOAT,
	TOML_BOOL,
	TOML_TIME,
};

/* A date, a time of day, both, or both with an offset from UTC. */
struct toml_time {
	bool has_date, has_time, has_offset;
	unsigned year, month, day;
	unsigned hour, minute, second, nanosecond;
	int offset; /* minutes east of UTC */
};

struct toml {
	enum toml_kind kind;
	size_t at;       /* byte in the text: of the key, of an array's value */
	struct span key; /* empty in arrays and at the root */
	struct toml *next;
	struct toml *first, *last; /* members in order, of tables and arrays */
	size_t n;
	struct span text; /* of strings, UTF-8 */
	int64_t integer;
	double real;
	bool truth;
	struct toml_time time;
	unsigned depth; /* levels below the root */
	/* How a table or array was written; of use to the reader only. */
	bool closed;      /* in one piece: {...}, [...] */
	bool headed;      /* has had its [header], or is an array of them */
	unsigned section; /* the header under which dotted keys made it */
};

/* ERR_INPUT with a place; ERR_LIMIT. *root is a table. */
MUST_USE bool toml_parse(struct span text, struct arena *a, struct toml **root,
			 struct err *e);
/* The member with that name, or NULL; `table` may be NULL. */
const struct toml *toml_get(const struct toml *table, const char *key);
/* "a string", "a table" and so on. */
const char *toml_kind_name(enum toml_kind k);

/* A string of one line with its quotes; `text` is UTF-8. What is not seen is
 * escaped. */
void toml_put_string(struct buf *b, struct span text);

struct toml_place {
	unsigned line, column; /* from 1 */
};
struct toml_place toml_place(struct span text, size_t at);
