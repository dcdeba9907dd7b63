#include "base/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "sys/cpus.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/proc.h"

static const char *
in(struct test *t, const char *dir, const char *name)
{
	return path_join(&t->arena, dir, name);
}

TEST(a_file_appears_only_when_committed)
{
	struct err e = { 0 };
	struct span got;
	const char *dir = test_dir(t), *path = in(t, dir, "f");
	struct out o = OUT_NONE;
	CHECK_OK(t, fs_write_file(path, SPAN("old"), 0644, &e), &e);
	CHECK_OK(t, out_open(&o, path, 0644, &e), &e);
	CHECK_OK(t, fs_write(o.fd, SPAN("new"), &e), &e);
	CHECK_OK(t, fs_read(path, 100, &t->arena, &got, &e), &e);
	CHECK_SPAN(t, got, SPAN("old"));
	CHECK_OK(t, out_commit(&o, &e), &e);
	CHECK_OK(t, fs_read(path, 100, &t->arena, &got, &e), &e);
	CHECK_SPAN(t, got, SPAN("new"));
}

TEST(an_abandoned_file_leaves_nothing)
{
	struct err e = { 0 };
	struct span *names;
	size_t n = 9;
	int fd = -1;
	const char *dir = test_dir(t);
	struct out o = OUT_NONE;
	CHECK_OK(t, out_open(&o, in(t, dir, "f"), 0644, &e), &e);
	out_abort(&o);
	CHECK_OK(t, fs_open_dir(dir, &fd, &e), &e);
	CHECK_OK(t, fs_list(fd, &t->arena, &names, &n, &e), &e);
	CHECK_U(t, n, 0);
	fd_close(fd);
}

TEST(reading_stops_at_the_limit)
{
	struct err e = { 0 };
	struct span got;
	const char *path = in(t, test_dir(t), "f");
	CHECK_OK(t, fs_write_file(path, SPAN("12345"), 0644, &e), &e);
	CHECK_OK(t, fs_read(path, 5, &t->arena, &got, &e), &e);
	CHECK(t, !fs_read(path, 4, &t->arena, &got, &e));
	CHECK(t, e.code == ERR_LIMIT);
	CHECK(t, !fs_read("/nonexistent", 4, &t->arena, &got, &e));
	CHECK(t, e.code == ERR_NOTFOUND);
}

TEST(listing_is_in_byte_order)
{
	struct err e = { 0 };
	struct span *names;
	size_t n;
	int fd = -1;
	const char *dir = test_dir(t);
	static const char *const made[] = { "b", "a", "B", "a b", "\xff" };
	for (size_t i = 0; i < COUNT(made); i++)
		CHECK(t,
		      fs_write_file(in(t, dir, made[i]), SPAN(""), 0600, &e));
	CHECK_OK(t, fs_open_dir(dir, &fd, &e), &e);
	CHECK_OK(t, fs_list(fd, &t->arena, &names, &n, &e), &e);
	CHECK_U(t, n, 5);
	CHECK_SPAN(t, names[0], SPAN("B"));
	CHECK_SPAN(t, names[2], SPAN("a b"));
	CHECK_SPAN(t, names[4], SPAN("\xff"));
	fd_close(fd);
}

TEST(trees_are_removed_whole)
{
	struct err e = { 0 };
	const char *dir = in(t, test_dir(t), "a/b/c");
	CHECK_OK(t, fs_mkdirs(dir, 0755, &e), &e);
	const char *top = in(t, dir, "../../../a");
	CHECK(t, fs_write_file(in(t, dir, "f"), SPAN("x"), 0600, &e));
	fs_remove_tree(top);
	CHECK(t, fs_kind(top) == FS_NONE);
}

/* The tree is far deeper than PATH_MAX, with directories that cannot be
 * entered. */
TEST(deep_trees_are_removed_whole)
{
	enum { DEPTH = 500 };
	struct err e = { 0 };
	const char *top = in(t, test_dir(t), "deep");
	int fd = -1;
	CHECK_OK(t, fs_mkdirs(top, 0755, &e), &e);
	CHECK_OK(t, fs_open_dir(top, &fd, &e), &e);
	for (int i = 0; i < DEPTH; i++) {
		CHECK(t, mkdirat(fd, "a directory", 0700) == 0);
		CHECK(t, mkdirat(fd, ".removed-7", 0700) == 0);
		CHECK(t, symlinkat("..", fd, "link") == 0);
		int to = openat(fd, "a directory", O_RDONLY | O_DIRECTORY);
		CHECK(t, to >= 0 && fchmod(fd, i % 2 ? 0000 : 0500) == 0);
		fd_close(fd);
		fd = to;
	}
	fd_close(fd);
	fs_remove_tree(top);
	CHECK(t, fs_kind(top) == FS_NONE);
}

TEST(a_way_may_be_closed_to_others)
{
	struct err e = { 0 };
	const char *dir = test_dir(t), *low = in(t, dir, "a/b/c");
	CHECK_OK(t, fs_mkdirs(low, 0755, &e), &e);
	CHECK(t, chmod(in(t, dir, "a/b"), 0710) == 0);
	/* directories above the test's belong to the machine */
	const char *closed = fs_closed_dir(&t->arena, low);
	bool above = fs_closed_dir(&t->arena, dir) != NULL;
	CHECK(t, above || span_ends(span_str(closed), SPAN("/a/b")));
	CHECK(t, above || !fs_closed_dir(&t->arena, in(t, dir, "a")));
	CHECK(t, !fs_closed_dir(&t->arena, in(t, dir, "none")));
	CHECK(t, !fs_closed_dir(&t->arena, "/"));
}

TEST(programs_run_and_report)
{
	struct err e = { 0 };
	int status = -1;
	DEFER(buf_free) struct buf out = buf_max(1 << 20);
	DEFER(buf_free) struct buf err = buf_max(1 << 20);
	const char *const argv[] = { "sh", "-c",
				     "cat; echo oops >&2; echo $X; exit 3",
				     NULL };
	const char *const env[] = { "X=y z", NULL };
	struct proc p = { .argv = argv,
			  .env = env,
			  .in = SPAN("in\n"),
			  .out = &out,
			  .err = &err };
	CHECK_OK(t, proc_run(&p, &status, &e), &e);
	CHECK_U(t, (uint64_t)status, 3);
	CHECK_SPAN(t, buf_view(&out), SPAN("in\ny z\n"));
	CHECK(t, !proc_check(&p, &e));
	CHECK_STR(t, e.msg, "sh failed with status 3: oops");
}

TEST(programs_write_to_files)
{
	DEFER(fd_closep) int fd = -1;
	struct err e = { 0 };
	struct span text;
	const char *const argv[] = { "echo", "hello", NULL };
	CHECK_OK(t, fs_tmpfile(test_dir(t), &fd, &e), &e);
	struct proc p = { .argv = argv, .out_fd = fd };
	CHECK_OK(t, proc_check(&p, &e), &e);
	CHECK(t, lseek(fd, 0, SEEK_SET) == 0);
	CHECK_OK(t, fs_read_fd(fd, 100, &t->arena, &text, &e), &e);
	CHECK_SPAN(t, text, SPAN("hello\n"));
}

/* Returns what the test prints to stderr while `p` runs. */
static struct span
shown(struct test *t, const struct proc *p, bool *ok)
{
	struct err e = { 0 };
	struct span text = { 0 };
	DEFER(fd_closep) int fd = -1;
	DEFER(fd_closep) int before = dup(STDERR_FILENO);
	CHECK_OK(t, fs_tmpfile(test_dir(t), &fd, &e), &e);
	CHECK(t, before >= 0 && dup2(fd, STDERR_FILENO) == STDERR_FILENO);
	*ok = proc_check(p, &e);
	CHECK(t, dup2(before, STDERR_FILENO) == STDERR_FILENO);
	CHECK(t, lseek(fd, 0, SEEK_SET) == 0);
	CHECK_OK(t, fs_read_fd(fd, 1 << 20, &t->arena, &text, &e), &e);
	return text;
}

TEST(what_a_program_prints_is_shown_late)
{
	static const char more[] =
		"echo first; seq 100000 | sed s/^/line-/ >&2; exit $X";
	const char *const few[] = { "sh", "-c",
				    "echo one; echo two >&2; exit $X", NULL };
	const char *const many[] = { "sh", "-c", more, NULL };
	const char *const good[] = { "X=0", NULL }, *const bad[] = { "X=3",
								     NULL };
	bool ok;
	struct proc p = { .argv = few, .env = good, .late = true };
	CHECK_SPAN(t, shown(t, &p, &ok), SPAN(""));
	CHECK(t, ok);
	p.env = bad;
	CHECK_SPAN(t, shown(t, &p, &ok), SPAN("one\ntwo\n"));
	CHECK(t, !ok);
	p.argv = many;
	struct span s = shown(t, &p, &ok);
	CHECK(t, s.n > 65000 && s.n < 66000);
	CHECK_SPAN(t, span_cut(&s, '\n'),
		   SPAN("(the end of what sh printed:)"));
	CHECK(t, span_starts(s, SPAN("line-")));
	p.late = false;
	p.env = good;
	p.argv = few;
	CHECK_SPAN(t, shown(t, &p, &ok), SPAN("one\ntwo\n"));
}

TEST(a_program_gets_no_more_of_our_variables_than_named)
{
	struct err e = { 0 };
	DEFER(buf_free) struct buf out = buf_max(1 << 16);
	const char *const argv[] = { "/usr/bin/env", NULL };
	const char *const env[] = { "A=1", NULL };
	const char *const keep[] = { "VERACLAVE_TEST_B", "NOT_THERE", NULL };
	struct proc p = { .argv = argv, .env = env, .keep = keep, .out = &out };
	setenv("VERACLAVE_TEST_B", "2", 1);
	setenv("VERACLAVE_TEST_C", "3", 1);
	CHECK_OK(t, proc_check(&p, &e), &e);
	CHECK_SPAN(t, buf_view(&out), SPAN("VERACLAVE_TEST_B=2\nA=1\n"));
}

TEST(a_missing_program_is_not_found)
{
	struct err e = { 0 };
	int status;
	const char *const argv[] = { "no-such-program-here", NULL };
	struct proc p = { .argv = argv };
	CHECK(t, !proc_run(&p, &status, &e) && e.code == ERR_NOTFOUND);
	CHECK(t, proc_find(&t->arena, "sh") != NULL);
	CHECK(t, proc_find(&t->arena, argv[0]) == NULL);
}

TEST(randomness_differs)
{
	struct err e = { 0 };
	uint64_t a = 0, b = 0;
	CHECK_OK(t, sys_random(&a, sizeof a, &e), &e);
	CHECK_OK(t, sys_random(&b, sizeof b, &e), &e);
	CHECK(t, a != b && sys_cpus() >= 1 && sys_monotonic_ns() > 0);
}

TEST(proc_has_a_time)
{
	const char *slow[] = { "sleep", "30", NULL };
	/* its output is closed, and it continues */
	const char *silent[] = { "sh", "-c", "exec sleep 30 >&- 2>&-", NULL };
	const char *fast[] = { "true", NULL };
	const char *const *all[] = { slow, silent, fast };
	for (size_t i = 0; i < COUNT(all); i++) {
		DEFER(buf_free) struct buf out = buf_max(100);
		struct proc p = { .argv = all[i], .out = &out, .seconds = 1 };
		struct err e = { 0 };
		int status = -1;
		bool ok = proc_run(&p, &status, &e);
		CHECK(t, ok == (i == 2));
		if (!ok)
			CHECK_HAS(t, e.msg, "not ended after 1 seconds");
	}
}
