/* Looks up USER in etc/passwd and etc/group of a hostile image, split at NULs:
 * the result is in range, each group is there once, the primary one first. */
#include "base/fuzz.h"

#include "tree/account.h"

static void
add_file(struct tree *t, struct span path, struct span text)
{
	struct err e = { 0 };
	struct inode *i = tree_inode(t);
	ASSERT(i);
	content_set(i, text);
	ASSERT(tree_put(t, path, i, NULL, &e));
}

FUZZ(in)
{
	static const uint64_t seed[2] = { 1, 2 };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct account *x = NEW(&a, struct account, 1);
	struct span spec = span_cut(&in, 0), passwd = span_cut(&in, 0);
	struct tree t;
	tree_init(&t, &a, seed);
	add_file(&t, SPAN("etc/passwd"), passwd);
	add_file(&t, SPAN("etc/group"), in);
	ASSERT(x);
	if (account_find(&t, spec, &a, x, &e)) {
		ASSERT(x->uid <= INT32_MAX && x->gid <= INT32_MAX);
		ASSERT(x->group_count > 0 && x->groups[0] == x->gid);
		for (size_t i = 1; i < x->group_count; i++)
			ASSERT(x->groups[i] <= INT32_MAX &&
			       x->groups[i] != x->gid);
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	arena_finish(&a);
}
