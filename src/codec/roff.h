/* Plain text in manual pages, roff(7) as mandoc and groff read it. */
#pragma once

#include "base/buf.h"

/* Paragraphs separated by empty lines: words are wrapped, every sentence
 * begins a line, nothing is taken for a request. */
void roff_text(struct buf *b, const char *text);
/* One line, for the arguments of a request. */
void roff_line(struct buf *b, const char *text);
/* A display of lines as they are. */
void roff_code(struct buf *b, const char *text);
