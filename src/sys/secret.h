/*
 * Memory for keys and passphrases: locked if the machine allows it, excluded
 * from core dumps and children, and wiped when freed.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct secret {
	uint8_t *p;
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
};

MUST_USE bool secret_alloc(struct secret *s, size_t cap, struct err *e);
/* Reads at most max bytes of a file, or, if path is "fd:N", of an open
 * descriptor, which is closed. */
MUST_USE bool secret_read(struct secret *s, const char *path, size_t max,
			  struct err *e);
/* Prints the prompt on the terminal of the process and reads a line without
 * echo. Without a terminal, s is empty. */
MUST_USE bool secret_ask(struct secret *s, const char *prompt, size_t max,
			 struct err *e);
void secret_free(struct secret *s); /* zeroed is fine; DEFER works */
struct span secret_span(const struct secret *s);
/* Returns the secret without one line end at its end, because passphrases are
 * written as lines. */
struct span secret_line(const struct secret *s);
