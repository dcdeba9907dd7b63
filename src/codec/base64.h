/* Base 64, RFC 4648 section 4: padded, no line breaks, unused bits zero. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

void base64_put(struct buf *b, struct span s);
MUST_USE bool base64_parse(struct span text, struct arena *a, struct span *out,
			   struct err *e);
