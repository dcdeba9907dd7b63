#include "base/test.h"

#include <unistd.h>

#include "base/path.h"
#include "sys/claim.h"
#include "sys/fs.h"

/* Makes a directory with a file in it, and other names of both. */
static char *
place(struct test *t, const char *name)
{
	static char *dir;
	struct err e = { 0 };
	if (!name) {
		CHECK_OK(t, fs_tmpdir(&t->arena, &dir, &e), &e);
		return dir;
	}
	char *path = path_join(&t->arena, dir, name);
	CHECK(t, path);
	return path;
}

static void
file(struct test *t, const char *path)
{
	struct err e = { 0 };
	CHECK_OK(t, fs_write_file(path, SPAN("x"), 0644, &e), &e);
}

TEST(claim_one_file_by_many_names)
{
	char *dir = place(t, NULL), *a = place(t, "a"), *sub = place(t, "sub");
	struct err e = { 0 };
	file(t, a);
	CHECK_OK(t, fs_mkdirs(sub, 0755, &e), &e);
	CHECK(t, symlink("a", place(t, "soft")) == 0);
	CHECK(t, link(a, place(t, "hard")) == 0);
	CHECK(t, symlink("sub", place(t, "way")) == 0);
	const char *const names[] = { "a",    "./a",      "soft",
				      "hard", "sub/../a", "way/../a" };
	for (size_t i = 0; i < COUNT(names); i++) {
		struct claims c = { .arena = &t->arena };
		e = (struct err){ 0 };
		CHECK_OK(t, claim_input(&c, "the key", a, &e), &e);
		CHECK(t,
		      !claim_output(&c, "the image", place(t, names[i]), &e));
		CHECK(t, e.code == ERR_USAGE);
		CHECK_STR(t, e.id, "output-is-input");
		CHECK_HAS(t, e.msg, "the key");
	}
	/* Neither exists yet. */
	struct claims c = { .arena = &t->arena };
	e = (struct err){ 0 };
	CHECK_OK(t, claim_output(&c, "the image", place(t, "sub/new"), &e), &e);
	CHECK_OK(t, claim_output(&c, "other", place(t, "new"), &e), &e);
	CHECK(t, !claim_output(&c, "the report", place(t, "way/new"), &e));
	CHECK_STR(t, e.id, "output-twice");
	fs_remove_tree(dir);
}

TEST(claim_below_a_tree)
{
	char *dir = place(t, NULL);
	struct err e = { 0 };
	CHECK_OK(t, fs_mkdirs(place(t, "tree/deep"), 0755, &e), &e);
	CHECK_OK(t, fs_mkdirs(place(t, "treetop"), 0755, &e), &e);
	CHECK(t, symlink("tree", place(t, "link")) == 0);
	file(t, place(t, "tree/deep/f"));
	CHECK(t, symlink("tree/deep/f", place(t, "out")) == 0);
	static const struct {
		const char *name;
		bool ok;
	} rows[] = { { "tree/new", false },    { "tree/deep/f", false },
		     { "link/new", false },    { "out", false },
		     { "link/deep/f", false }, { "treetop/new", true },
		     { "new", true } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct claims c = { .arena = &t->arena };
		e = (struct err){ 0 };
		CHECK_OK(t, claim_tree(&c, "the source", place(t, "tree"), &e),
			 &e);
		CHECK(t, claim_output(&c, "the image", place(t, rows[i].name),
				      &e) == rows[i].ok);
		if (!rows[i].ok)
			CHECK_STR(t, e.id, "output-is-input");
	}
	fs_remove_tree(dir);
}

TEST(claim_what_is_no_file)
{
	static const char *const names[] = {
		NULL, "", "-", "fd:3", "pkcs11:object=x", "/dev/null"
	};
	struct claims c = { .arena = &t->arena };
	struct err e = { 0 };
	for (unsigned twice = 0; twice < 2; twice++)
		for (size_t i = 0; i < COUNT(names); i++) {
			CHECK_OK(t, claim_input(&c, "a", names[i], &e), &e);
			CHECK_OK(t, claim_output(&c, "b", names[i], &e), &e);
		}
	struct arena a = { .fail_in = 1 };
	c = (struct claims){ .arena = &a };
	CHECK(t, !claim_output(&c, "b", "x", &e) && e.code == ERR_LIMIT);
	arena_finish(&a);
}
