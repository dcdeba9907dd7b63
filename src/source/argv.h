/* The command line of a program that makes a source. */
#pragma once

#include "base/compiler.h"

#include <stddef.h>

struct argv {
	const char *v[256]; /* ends with NULL */
	size_t n;
	bool full; /* an argument was NULL, or one too many */
};
void argv_add(struct argv *a, const char *arg);
