#include "base/test.h"

#include <stdio.h>

#include "repro/glob.h"

TEST(globs)
{
	static const struct {
		const char *pattern, *path;
		bool want;
	} rows[] = {
		{ "a", "a", true },
		{ "a", "b", false },
		{ "a", "a/b", false },
		{ "a/b", "a", false },
		{ "*.log", "x.log", true },
		{ "*.log", "d/x.log", false },
		{ "*", "", false },
		{ "*a*b", "xaxbxb", true },
		{ "*a*b", "xaxbx", false },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "x.[0-9]", "x.7", true },
		{ "x.[0-9]", "x.a", false },
		{ "x.[ab]", "x.b", true },
		{ "a/**", "a", false },
		{ "a/**", "a/b", true },
		{ "a/**", "a/b/c/d", true },
		{ "a/**", "ab/c", false },
		{ "**", "a/b", true },
		{ "**/x", "x", true },
		{ "**/x", "a/b/x", true },
		{ "**/x", "a/x/b", false },
		{ "**/.git/index", "a/.git/b/.git/index", true },
		{ "a/**/z", "a/z", true },
		{ "a/**/z", "a/b/c/z", true },
		{ "a/**/z", "a/b/c", false },
		{ "home/*/.cache/pip/**", "home/u/.cache/pip/x/y", true },
		{ "home/*/.cache/pip/**", "home/u/v/.cache/pip/x", false },
		{ "", "a", false },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!CHECK(t,
			   glob_match(span_str(rows[i].pattern),
				      span_str(rows[i].path)) == rows[i].want))
			printf("#   %s ~ %s\n", rows[i].pattern, rows[i].path);
}
