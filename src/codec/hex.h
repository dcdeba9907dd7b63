/* Hexadecimal, RFC 4648 section 8. We write lower case and read both. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

void hex_put(struct buf *b, struct span s);
/* NUL-terminated lower-case hex of s, or NULL when the arena is full. */
char *hex_of(struct arena *a, struct span s);
/* Digits only, an even number of them; NULL p and false otherwise. */
MUST_USE bool hex_parse(struct span text, struct arena *a, struct span *out,
			struct err *e);
