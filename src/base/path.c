#include "base/path.h"

struct span
path_base(struct span path)
{
	size_t at = span_rfind(path, '/');
	return at < path.n ? span_from(path, at + 1) : path;
}

struct span
path_dir(struct span path)
{
	size_t at = span_rfind(path, '/');
	return span_sub(path, 0, at < path.n ? at : 0);
}

struct span
path_parent(struct span path)
{
	size_t at = span_rfind(path, '/');
	if (at == path.n)
		return SPAN(".");
	return at == 0 ? SPAN("/") : span_sub(path, 0, at);
}

char *
path_join(struct arena *a, const char *dir, const char *name)
{
	return arena_fmt(a, "%s/%s", dir, name);
}
