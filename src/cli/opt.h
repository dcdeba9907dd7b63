/*
 * Option tables. One row is one option: it names the field of the verb's own
 * struct that it fills and stores there by itself. The same rows make the
 * help, the usage line, shell completion and the manual page.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

enum opt_kind {
	OPT_KIND_FLAG,    /* bool */
	OPT_KIND_STR,     /* const char * */
	OPT_KIND_U64,     /* uint64_t, decimal, within min..max */
	OPT_KIND_SIZE,    /* uint64_t, with unit: 512M */
	OPT_KIND_ENUM,    /* unsigned, by table of names */
	OPT_KIND_LIST,    /* struct opt_list: may be given several times */
	OPT_KIND_STRINGS, /* struct strings: likewise */
	OPT_KIND_PICK,    /* unsigned: no value, it stores min */
};

/* Values of an option that repeats, in order. */
struct opt_list {
	const char **v;
	size_t n;
};

/* What a command line holds. */
struct opt_line {
	struct opt_list rest;     /* what is not an option */
	const struct opt **given; /* rows of the options given, each once */
	size_t n;
};

/* An optional number. */
#define OPT_UNSET UINT64_MAX

struct opt {
	enum opt_kind kind;
	char short_name; /* 0: none */
	const char *name;
	size_t offset;
	const char *arg;           /* what the value is called, "FILE" */
	const char *help;          /* a phrase without a full stop */
	const char *const *choice; /* names for ENUM, NULL-terminated */
	uint64_t min, max;
	bool hidden; /* works, but is left out of help */
};

/* (T *)0 against the field's type: a row of the wrong kind does not compile */
#define OPT_AT(S, f, T) (offsetof(S, f) + 0 * sizeof((T *)0 == &((S *)0)->f))

#define OPT_FLAG(c, n, S, f, h)                                        \
	{                                                              \
		.kind = OPT_KIND_FLAG, .short_name = (c), .name = (n), \
		.offset = OPT_AT(S, f, bool), .help = (h)              \
	}
#define OPT_STR(c, n, S, f, a, h)                                             \
	{                                                                     \
		.kind = OPT_KIND_STR, .short_name = (c), .name = (n),         \
		.offset = OPT_AT(S, f, const char *), .arg = (a), .help = (h) \
	}
#define OPT_U64(c, n, S, f, a, lo, hi, h)                                  \
	{                                                                  \
		.kind = OPT_KIND_U64, .short_name = (c), .name = (n),      \
		.offset = OPT_AT(S, f, uint64_t), .arg = (a), .help = (h), \
		.min = (lo), .max = (hi)                                   \
	}
#define OPT_SIZE(c, n, S, f, a, lo, hi, h)                                 \
	{                                                                  \
		.kind = OPT_KIND_SIZE, .short_name = (c), .name = (n),     \
		.offset = OPT_AT(S, f, uint64_t), .arg = (a), .help = (h), \
		.min = (lo), .max = (hi)                                   \
	}
#define OPT_ENUM(c, n, S, f, a, names, h)                                  \
	{                                                                  \
		.kind = OPT_KIND_ENUM, .short_name = (c), .name = (n),     \
		.offset = OPT_AT(S, f, unsigned), .arg = (a), .help = (h), \
		.choice = (names)                                          \
	}
#define OPT_LIST(c, n, S, f, a, h)                                     \
	{                                                              \
		.kind = OPT_KIND_LIST, .short_name = (c), .name = (n), \
		.offset = OPT_AT(S, f, struct opt_list), .arg = (a),   \
		.help = (h)                                            \
	}
#define OPT_STRINGS(c, n, S, f, a, h)                                     \
	{                                                                 \
		.kind = OPT_KIND_STRINGS, .short_name = (c), .name = (n), \
		.offset = OPT_AT(S, f, struct strings), .arg = (a),       \
		.help = (h)                                               \
	}
/* --owner-root: a value of an enum that has an option of its own. */
#define OPT_PICK(c, n, S, f, v, h)                                        \
	{                                                                 \
		.kind = OPT_KIND_PICK, .short_name = (c), .name = (n),    \
		.offset = OPT_AT(S, f, unsigned), .help = (h), .min = (v) \
	}
#define OPT_END              \
	{                    \
		.name = NULL \
	}

/* Returns the number of rows before OPT_END; rows may be NULL. */
size_t opt_count(const struct opt *rows);

/*
 * Fills `into` (zeroed or holding defaults) from argv, which ends with NULL,
 * and sets *line to what was given. "--" ends the options; "-" is not one.
 * Exact names only; an unknown one is refused with the nearest known name as
 * hint, and so is one given twice, except lists.
 */
MUST_USE bool opt_parse(const struct opt *rows, void *into, struct arena *a,
			char **argv, struct opt_line *line, struct err *e);
/* Returns true if the option may be given several times. */
bool opt_repeats(const struct opt *o);
