/* The text forms of documents. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* The largest text: base64 or hex of a document, with line ends. */
enum { DOC_TEXT_MAX = 65536 };

/*
 * Returns the bytes of a document that is raw, in base64 (either alphabet,
 * padded or not) or in hex, with or without a leading 0x; white space and a
 * UTF-8 byte-order mark are ignored. Input that begins with a byte above 127,
 * as every document does, is raw and returned unchanged. Fails with "doc-text"
 * if it is neither.
 */
MUST_USE bool doc_decode(struct span in, struct arena *a, struct span *out,
			 struct err *e);
