/* The lowest level of the TOML reader: keys and single values. */
#pragma once

#include "base/limits.h"
#include "base/reader.h"
#include "codec/toml.h"

/* Failures are sticky, as in the cursor: after the first one, which is in *e,
 * every read gives nothing. */
struct toml_scan {
	struct reader r;
	struct span text;
	struct arena *arena;
	struct err *e;
};

/* A key with dots in it. */
struct toml_path {
	struct span part[LIMIT_TOML_DEPTH];
	size_t at[LIMIT_TOML_DEPTH];
	size_t n;
};

void toml_fail(struct toml_scan *s, size_t at, const char *fmt, ...)
	PRINTF(3, 4);
void toml_full(struct toml_scan *s);
bool toml_failed(const struct toml_scan *s);
/* What is left to read; empty after a failure. */
struct span toml_rest(const struct toml_scan *s);
/* Passes over the text when it comes next. */
bool toml_accept(struct toml_scan *s, const char *text);
void toml_spaces(struct toml_scan *s);
/* Spaces, new lines and comments. */
void toml_blank(struct toml_scan *s);

void toml_key(struct toml_scan *s, struct toml_path *key);
/* A string of any of the four kinds. */
struct span toml_string(struct toml_scan *s);
/* A number, truth value, date or time, into *v. */
void toml_word(struct toml_scan *s, struct toml *v);
