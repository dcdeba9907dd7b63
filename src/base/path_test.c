#include "base/test.h"

#include "base/path.h"

TEST(path_parts)
{
	static const struct {
		const char *path, *dir, *base, *parent;
	} rows[] = {
		{ "a/b/c", "a/b", "c", "a/b" }, { "c", "", "c", "." },
		{ "/c", "", "c", "/" },         { "a/", "a", "", "a" },
		{ "/", "", "", "/" },           { "", "", "", "." },
		{ "a//b", "a/", "b", "a/" },    { "../x", "..", "x", ".." },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span p = span_str(rows[i].path);
		CHECK_SPAN(t, path_dir(p), span_str(rows[i].dir));
		CHECK_SPAN(t, path_base(p), span_str(rows[i].base));
		CHECK_SPAN(t, path_parent(p), span_str(rows[i].parent));
	}
}

TEST(path_join_and_a_full_arena)
{
	struct arena a = { .fail_in = 1 };
	CHECK_STR(t, path_join(&t->arena, "a/b", "c"), "a/b/c");
	CHECK(t, !path_join(&a, "a", "b"));
	arena_finish(&a);
}
