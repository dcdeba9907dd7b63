/*
 * Memory for keys and passphrases: locked where the machine allows it, never
 * in a core dump or a child, wiped when given back.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct secret {
	uint8_t *p;
	size_t n;   /* bytes in use */
	size_t cap; /* bytes there are */
};

MUST_USE bool secret_alloc(struct secret *s, size_t cap, struct err *e);
/* A file, or, when path is "fd:N", an open descriptor, which is closed; at
 * most max bytes. */
MUST_USE bool secret_read(struct secret *s, const char *path, size_t max,
			  struct err *e);
/* What somebody types behind this prompt on the terminal of the process, which
 * does not show it. Without a terminal there is nothing: s is empty. */
MUST_USE bool secret_ask(struct secret *s, const char *prompt, size_t max,
			 struct err *e);
void secret_free(struct secret *s); /* zeroed is fine; DEFER works */
struct span secret_span(const struct secret *s);
/* Without one line end at its end, as people write passphrases. */
struct span secret_line(const struct secret *s);
