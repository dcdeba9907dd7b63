/*
 * For tests: our judgement of a document's certificates beside OpenSSL's. Where
 * we accept a chain that OpenSSL does not, each of its findings has to be a row
 * of one table, with the reason (docs/differential.md has the same table).
 */
#pragma once

#include "attest/path.h"

enum differ_row {
	DIFFER_NO_AUTHORITY_ID,
	DIFFER_NO_SUBJECT_ID,
	DIFFER_LAST_SECOND,
	DIFFER_KEY_ID,
	DIFFER_BUILDER,
	DIFFER_ROWS
};
/* The row's name in the document, and its reason. */
const char *differ_name(enum differ_row r);
const char *differ_reason(enum differ_row r);

struct differ {
	bool ours, theirs;
	unsigned rows;         /* 1 << enum differ_row that excused something */
	const char *unexcused; /* OpenSSL's sentence; NULL: none */
	int code;              /* and its number */
	const char *our_reason; /* why we refuse, when we do; NULL: we do not */
};

/* False when the arena is full or OpenSSL could not work. OpenSSL is asked only
 * when we accept. */
MUST_USE bool differ_path(const struct doc *d, const struct anchor *root,
			  int64_t at, struct arena *a, struct differ *out,
			  struct err *e);
