#include "source/argv.h"

void
argv_add(struct argv *a, const char *arg)
{
	if (!arg || a->n + 1 >= COUNT(a->v))
		a->full = true;
	else
		a->v[a->n++] = arg;
}
