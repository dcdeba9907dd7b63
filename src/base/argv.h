/* The arguments of a program, made one after the other. */
#pragma once

#include "base/err.h"

struct argv {
	const char *v[256]; /* ends with NULL */
	size_t n;
	bool full; /* an argument was NULL, or one too many */
};

void argv_add(struct argv *a, const char *arg);
/* An option and its value, as two arguments. */
void argv_option(struct argv *a, const char *option, const char *value);
/* The same when there is a value; nothing for NULL. */
void argv_given(struct argv *a, const char *option, const char *value);
/* False with ERR_LIMIT when the arguments are not all there. */
MUST_USE bool argv_ok(const struct argv *a, struct err *e);
