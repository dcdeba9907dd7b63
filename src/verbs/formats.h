/*
 * The JSON that this program writes for others to read. One table of rows a
 * format, key by key; from it are made topic "formats" of the help,
 * veraclave-formats(7), docs/formats/json.md and a JSON Schema of each
 * ("help --schema"). tests/e2e/formats.sh compares the rows with what the verbs
 * write: a key without a row, a row without a key, and another type are found.
 */
#pragma once

#include "base/buf.h"

enum format_id {
	FORMAT_PCRS,
	FORMAT_SCRUB,
	FORMAT_ENVIRONMENT,
	FORMAT_VERDICT,
	FORMAT_RAMDISK,
	FORMAT_DESCRIBE,
	FORMAT_CHECK,
	FORMAT_UNPACKED,
	FORMAT_NSM,
	FORMAT_NSM_PCR,
	FORMAT_RESULT,
	FORMAT_ERROR,
	FORMAT_VERSION,
	FORMAT_COUNT
};
/* "nitro-pcrs/1" and so on, in that order, and NULL behind the last. */
extern const char *const format_names[FORMAT_COUNT + 1];

/* What a value is; with FORMAT_NULL it may be null, too. */
enum format_type {
	FORMAT_STRING = 1,
	FORMAT_HEX = 2, /* lower case */
	FORMAT_NUMBER = 4,
	FORMAT_BOOL = 8,
	FORMAT_OBJECT = 16, /* whose keys have no rows */
	FORMAT_NULL = 32,
	FORMAT_SOMETIMES = 64, /* else the key is always there */
};

struct format_key {
	/* "a.b" is key b in map a, "a[]" what the list a holds, "a.N" any
	 * register's number in map a. Keys of one map stand together. */
	const char *path;
	unsigned type; /* enum format_type */
	const char *help;
};

struct format {
	const char *help;
	const struct format_key *key;
	size_t n;
};
extern const struct format formats[FORMAT_COUNT];

void format_doc_text(struct buf *b);
void format_doc_mdoc(struct buf *b, const char *version);
void format_doc_markdown(struct buf *b);
/* JSON Schema, 2020-12. */
MUST_USE bool format_schema(enum format_id id, struct buf *b, struct err *e);
