/* Documents as people pass them around: as text. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Text of a document: its base 64 and twice that, with line ends. */
enum { DOC_TEXT_MAX = 65536 };

/*
 * The bytes of a document that is raw, in base 64 (either alphabet, padded or
 * not) or in hex, with or without a leading 0x; white space and a UTF-8
 * byte-order mark are ignored. Input that begins with a byte above 127, as
 * every document does, is raw and returned unchanged. Fails with "doc-text" if
 * it is neither.
 */
MUST_USE bool doc_decode(struct span in, struct arena *a, struct span *out,
			 struct err *e);
