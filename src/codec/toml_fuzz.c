/* What is read has a tree within our limits, what is refused has a place, and
 * an allocation that fails is told as that. */
#include "base/fuzz.h"

#include <string.h>

#include "base/limits.h"
#include "codec/toml.h"

/* The next value depth first, through a stack of ancestors. */
static void
check_tree(const struct toml *root)
{
	const struct toml *up[LIMIT_TOML_DEPTH + 2] = { NULL };
	size_t n = 0;
	for (const struct toml *v = root; v;) {
		size_t members = 0;
		ASSERT(v->depth == n && n <= LIMIT_TOML_DEPTH);
		for (const struct toml *m = v->first; m; m = m->next) {
			ASSERT(v->kind != TOML_TABLE || m->key.p);
			ASSERT(m->next || v->last == m);
			members++;
		}
		ASSERT(members == v->n);
		ASSERT(v->kind != TOML_TABLE || v->n <= LIMIT_TOML_KEYS);
		ASSERT(v->kind != TOML_STRING || v->text.p);
		if (v->first) {
			up[n++] = v;
			v = v->first;
			continue;
		}
		while (n && !v->next)
			v = up[--n];
		v = n ? v->next : NULL;
	}
}

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct toml *root = NULL;
	if (toml_parse(in, &a, &root, &e)) {
		check_tree(root);
	} else {
		ASSERT(!root && e.code != OK && e.msg[0]);
		ASSERT(e.code != ERR_INPUT || strstr(e.msg, "line ") == e.msg);
	}
	arena_finish(&a);
	struct arena small = { .fail_in = 3 };
	struct err full = { 0 };
	if (!toml_parse(in, &small, &root, &full) && e.code == OK)
		ASSERT(full.code == ERR_LIMIT);
	arena_finish(&small);
}
