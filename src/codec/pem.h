/*
 * PEM, RFC 7468: labelled blocks of base 64 in a text.
 *
 * A block is "-----BEGIN LABEL-----", lines of base 64, "-----END LABEL-----",
 * each alone on its line (LF or CRLF, spaces and tabs after it are
 * ignored). Lines of base 64 are of any length, as OpenSSL reads them, and
 * never empty. Text between blocks is legal and reported, and so is a
 * byte-order mark in front of the first.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

struct pem_block {
	struct span label;
	struct span der;
	struct span before; /* text in front of it, white space trimmed */
	struct span text;   /* from BEGIN to the end of the END line */
};

/*
 * The next block of *rest, which then is what follows the block. With *found
 * false there is none, and *rest is the trailing text, trimmed. ERR_INPUT when
 * a block is malformed, also when it has RFC 1421 headers.
 */
MUST_USE bool pem_next(struct span *rest, struct arena *a,
		       struct pem_block *out, bool *found, struct err *e);
/* Lines of 64 characters, each ended by LF. */
void pem_put(struct buf *b, const char *label, struct span der);
