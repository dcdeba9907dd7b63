/* What is written about enclave.toml, made from the tables. */
#pragma once

#include "base/buf.h"
#include "build/config.h"

/* For a terminal, 79 columns. */
void config_doc_text(struct buf *b);
/* The manual page enclave.toml(5) in mdoc(7). */
void config_doc_mdoc(struct buf *b, const char *version);
/* docs/enclave-toml.md */
void config_doc_markdown(struct buf *b);

/*
 * A file to begin with: every key with its meaning, all of them commented
 * out but the source. A text that is NULL is left out.
 */
struct config_proposal {
	const char *why;   /* one sentence on how the source was found */
	const char *table; /* "source" or "rootfs" */
	const char *key;   /* the source's key */
	const char *value; /* in TOML, quotes included */
};
void config_doc_template(struct buf *b, const struct config_proposal *p);
