/* What is written about policy.toml, made from the tables. */
#pragma once

#include "base/buf.h"

/* For a terminal, 79 columns. */
void policy_doc_text(struct buf *b);
/* The manual page policy.toml(5) in mdoc(7). */
void policy_doc_mdoc(struct buf *b, const char *version);
/* docs/formats/policy.md */
void policy_doc_markdown(struct buf *b);
