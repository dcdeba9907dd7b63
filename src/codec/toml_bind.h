/*
 * TOML files bound to structs. A table of rows describes a file, one row per
 * key: the type of its value, its place in the struct, and its documentation. A
 * key without a row is refused, with its position and a similar name. The
 * same rows make the file's documents (codec/toml_doc.h).
 */
#pragma once

#include "codec/toml.h"

/* A number that the file does not give; 0 often means something. */
#define BIND_UNSET UINT64_MAX

enum { BIND_ROWS_MAX = 96 };

enum bind_kind {
	BIND_TEXT,   /* const char *, NUL-terminated; may be empty */
	BIND_NAME,   /* likewise, and not empty */
	BIND_PATH,   /* likewise; a relative one begins at the file */
	BIND_NUMBER, /* uint64_t or int64_t, min to max */
	BIND_BOOL,   /* bool */
	BIND_CHOICE, /* an enum, by the names of its values */
	BIND_LIST,   /* an array of strings: struct strings */
	BIND_PAIRS,  /* a table of strings: struct strings of NAME=VALUE */
	BIND_TABLES, /* [[key]]: a pointer to structs, and how many */
	BIND_OWN,    /* what `read` makes of it */
};

struct bind;

struct bind_row {
	enum bind_kind kind;
	const char *table, *key; /* table "": above all headers */
	size_t offset, size;     /* of the field in the struct of the table */
	/* Of BIND_OWN: `at` is what the offset leads to. */
	bool (*read)(struct bind *b, const struct bind_row *row,
		     const struct toml *v, void *at);
	const char *const *choice; /* names of CHOICE, ends with NULL */
	uint64_t min, max;         /* of NUMBER; max of TABLES */
	size_t each, count;        /* of TABLES: size of one; a size_t */
	bool needed;               /* refused without it */
	const char *needs;         /* another key of the same table, or NULL */
	bool whole; /* a list: what is laid over it replaces it */

	const char *type;     /* a word for the value; NULL: by kind */
	const char *takes;    /* the same as a phrase: "an image" */
	const char *help;     /* sentences */
	const char *example;  /* a value in TOML; not of a page in brief */
	const char *fallback; /* default: a choice or a text, or NULL */
	const char *instead;  /* what happens without it, in words */
};

struct bind_table {
	const char *name; /* "": above all headers */
	const char *help;
	bool repeats; /* [[name]], which a row of BIND_TABLES reads */
	/* Kept whole, its keys are its author's or of later versions: at
	 * offset is a const struct toml *. */
	bool kept;
	size_t offset;
	bool later; /* not built yet: refused, since it would do nothing */
};

struct bind_file {
	const char *name; /* "enclave.toml" */
	const char *id;   /* of errors, a literal */
	const struct bind_table *table;
	size_t tables;
	const struct bind_row *row;
	size_t rows; /* at most BIND_ROWS_MAX */
	const struct toml_page *page;
};

/* (T *)0 against the field's type: a row of the wrong kind does not compile */
#define BIND_AT(S, f, T) (offsetof(S, f) + 0 * sizeof((T *)0 == &((S *)0)->f))

#define BIND_FIELD(S, f, T) .offset = BIND_AT(S, f, T), .size = sizeof(T)

/* One reading of a file. */
struct bind {
	const struct bind_file *file;
	struct span text;
	const char *dir; /* in front of relative paths; NULL: nothing */
	struct arena *arena;
	struct err *e;
	/* What was read, by row; NULL: not given. Of [[table]], the last. */
	const struct toml *given[BIND_ROWS_MAX];
};

/* Sets what rows have as a default: texts, choices, BIND_UNSET for numbers. */
void bind_defaults(const struct bind_file *f, void *into);
/* Reads b->text into the struct. Fields that are not given stay as they are.
 * Errors are ERR_INPUT with line and column, or ERR_LIMIT. */
MUST_USE bool bind_read(struct bind *b, void *into);
/* Lays the row's field of one struct over the same of another: it replaces
 * what is there, and is added to a list. */
MUST_USE bool bind_lay(const struct bind_row *row, const void *from, void *to,
		       struct arena *a, struct err *e);
/* The row of the field at this offset, which has one. */
const struct bind_row *bind_row_at(const struct bind_file *f, size_t offset);
/* The row of a key, which is there. */
const struct bind_row *bind_row(const struct bind_file *f, const char *table,
				const char *key);
/* Its value, or NULL. */
const struct toml *bind_given(const struct bind *b, const char *table,
			      const char *key);

/* For readers of BIND_OWN and for rules over several keys. The first refuses
 * what stands there; it returns false. */
bool bind_wrong(struct bind *b, const struct toml *at, const char *fmt, ...)
	PRINTF(3, 4);
bool bind_full(struct bind *b);
MUST_USE bool bind_want(struct bind *b, const struct toml *v, enum toml_kind k);
/* A string without NUL, NUL-terminated. */
MUST_USE bool bind_text(struct bind *b, const struct toml *v, const char **out);
/* As of a row of BIND_NAME. */
MUST_USE bool bind_name(struct bind *b, const struct bind_row *row,
			const struct toml *v, const char **out);
/* prefix, and a path that begins at the file unless it is absolute. */
MUST_USE bool bind_path(struct bind *b, const char *prefix, const char *path,
			const char **out);
