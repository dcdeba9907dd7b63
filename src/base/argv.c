#include "base/argv.h"

void
argv_add(struct argv *a, const char *arg)
{
	if (!arg || a->n + 1 >= COUNT(a->v))
		a->full = true;
	else
		a->v[a->n++] = arg;
}

void
argv_option(struct argv *a, const char *option, const char *value)
{
	argv_add(a, option);
	argv_add(a, value);
}

void
argv_given(struct argv *a, const char *option, const char *value)
{
	if (value)
		argv_option(a, option, value);
}

bool
argv_ok(const struct argv *a, struct err *e)
{
	return !a->full || err_full(e, "a command line");
}
