#include "base/test.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fs.h"
#include "sys/place.h"

static int
root_of(struct test *t)
{
	struct err e = { 0 };
	int fd = -1;
	CHECK_OK(t, fs_open_dir(test_dir(t), &fd, &e), &e);
	return fd;
}

static bool
put(int root, const char *path, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	return place_file(root, span_str(path), 0644, &fd, e) &&
	       fs_write(fd, SPAN("x"), e);
}

TEST(place_makes_things)
{
	DEFER(fd_closep) int root = root_of(t);
	struct err e = { 0 };
	struct stat a, b;
	CHECK_OK(t, place_dir(root, SPAN("d"), 0755, &e), &e);
	CHECK_OK(t, place_dir(root, SPAN("d"), 0755, &e), &e);
	CHECK_OK(t, put(root, "d/f", &e), &e);
	CHECK_OK(t, put(root, "d/f", &e), &e);
	CHECK_OK(t, place_link(root, SPAN("d/g"), SPAN("d/f"), &e), &e);
	CHECK_OK(t, place_symlink(root, SPAN("s"), SPAN("/etc"), &e), &e);
	CHECK_OK(t, place_node(root, SPAN("p"), S_IFIFO | 0600, 0, 0, &e), &e);
	CHECK(t, fstatat(root, "d/f", &a, 0) == 0 &&
			 fstatat(root, "d/g", &b, 0) == 0 &&
			 a.st_ino == b.st_ino && a.st_size == 1);
	/* a file replaces a directory and the other way round */
	CHECK_OK(t, place_dir(root, SPAN("s"), 0755, &e), &e);
	CHECK(t, !put(root, "d", &e));
}

TEST(place_never_leaves)
{
	static const char *const rows[] = {
		"../out", "d/../../out", "/tmp/out", "up/out",     "abs/out",
		"..",     ".",           "d/..",     "absent/out", ""
	};
	DEFER(fd_closep) int root = root_of(t);
	struct err e = { 0 };
	CHECK_OK(t, place_dir(root, SPAN("d"), 0755, &e), &e);
	CHECK_OK(t, place_symlink(root, SPAN("up"), SPAN(".."), &e), &e);
	CHECK_OK(t, place_symlink(root, SPAN("abs"), SPAN("/tmp"), &e), &e);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span p = span_str(rows[i]);
		CHECK(t, !put(root, rows[i], &e) && e.code == ERR_INPUT);
		CHECK(t, !place_dir(root, p, 0755, &e));
		CHECK(t, !place_symlink(root, p, SPAN("x"), &e));
		CHECK(t, !place_link(root, p, SPAN("d"), &e));
	}
	CHECK(t, !place_link(root, SPAN("l"), SPAN("abs/passwd"), &e));
	CHECK(t, !place_link(root, SPAN("l"), SPAN("../x"), &e));
	/* a symbolic link at the end is replaced, not written through */
	CHECK_OK(t, place_symlink(root, SPAN("t"), SPAN("d/target"), &e), &e);
	CHECK_OK(t, put(root, "t", &e), &e);
	CHECK(t, faccessat(root, "d/target", F_OK, 0) != 0);
}

TEST(place_refuses_long_names)
{
	DEFER(fd_closep) int root = root_of(t);
	struct err e = { 0 };
	char name[258] = { 0 };
	for (size_t i = 0; i < 256; i++)
		name[i] = 'n';
	CHECK(t, !put(root, name, &e));
	name[255] = '\0';
	CHECK_OK(t, put(root, name, &e), &e);
	DEFER(fd_closep) int fd = -1;
	CHECK(t, !place_file(root, span_of("a\0b", 3), 0644, &fd, &e));
}
