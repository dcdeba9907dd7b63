/* Documents and register values as people pass them around: as text. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Text of a document: its base 64 and twice that, with line ends. */
enum { DOC_TEXT_MAX = 65536 };

/*
 * The bytes of a document that is raw, in base 64 (either alphabet, padded or
 * not) or in hex, with 0x in front or without; white space and a UTF-8
 * byte-order mark are passed over. What begins with a byte above
 * 127, as every document does, is raw and given back as it is. "doc-text"
 * when it is neither.
 */
MUST_USE bool doc_decode(struct span in, struct arena *a, struct span *out,
			 struct err *e);
/* A register's number, 0 to 31 in decimal without zeros in front; nothing else
 * is one. */
MUST_USE bool pcr_index(struct span text, unsigned *out);
/* A register's value: 96 hex digits in either case. ERR_USAGE, "pcr-form",
 * tells what it looks like instead. */
MUST_USE bool pcr_parse(struct span text, struct arena *a, struct span *out,
			struct err *e);
