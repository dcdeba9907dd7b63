/*
 * The JSON that this program writes for others to read, key by key: topic
 * "formats" of the help, veraclave-formats(7) and docs/formats/json.md. A
 * test compares the keys with what the verbs write.
 */
#pragma once

#include "base/buf.h"

void format_doc_text(struct buf *b);
void format_doc_mdoc(struct buf *b, const char *version);
void format_doc_markdown(struct buf *b);
