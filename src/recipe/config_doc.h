/* What is written about enclave.toml, made from the tables. */
#pragma once

#include "base/buf.h"
#include "recipe/config.h"
#include "recipe/dockerfile.h"

/* For a terminal, 79 columns. */
void config_doc_text(struct buf *b);
/* The manual page enclave.toml(5) in mdoc(7). */
void config_doc_mdoc(struct buf *b, const char *version);
/* docs/enclave-toml.md */
void config_doc_markdown(struct buf *b);

/* A key that is set in a file to begin with. */
struct config_line {
	const char *table, *key;
	const char *value; /* in TOML, quotes included */
	const char *why;   /* sentences, or NULL */
};
struct config_proposal {
	struct config_line line[6];
	size_t n;
	struct dockerfile dockerfile; /* for sources that have none */
	struct span shown; /* its text, below the key dockerfile, as a comment;
			      or empty */
};

/*
 * The file to begin with: every key with its meaning, commented out unless
 * the proposal sets it.
 */
void config_doc_template(struct buf *b, const struct config_proposal *p);
