#include "base/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "sys/exec.h"
#include "sys/fs.h"
#include "sys/proc.h"

static const char *
in(struct test *t, const char *dir, const char *name)
{
	return path_join(&t->arena, dir, name);
}

/* Makes a directory of the test with a program in it. */
static const char *
bin(struct test *t, const char *name, const char *program, mode_t mode)
{
	struct err e = { 0 };
	const char *dir = in(t, test_dir(t), name);
	const char *file = in(t, dir, program);
	CHECK_OK(t, fs_mkdirs(dir, 0755, &e), &e);
	CHECK_OK(t, fs_write_file(file, SPAN("echo it runs"), mode, &e), &e);
	return dir;
}

static bool
find(struct test *t, const char *path, const char *name, const char **got,
     struct err *e)
{
	char *old = arena_fmt(&t->arena, "%s", getenv("PATH"));
	*e = (struct err){ 0 };
	setenv("PATH", path, 1);
	bool ok = exec_find(&t->arena, name, got, e);
	setenv("PATH", old, 1);
	return ok;
}

TEST(administrators_directories_are_searched_too)
{
	static const char *const all[] = { "/usr/local/sbin", "/usr/sbin",
					   "/sbin" };
	const char *got;
	struct err e;
	CHECK(t, !find(t, "/nowhere", "no-such-program", &got, &e));
	CHECK_U(t, e.code, ERR_NOTFOUND);
	CHECK_STR(t, e.msg,
		  "there is no program no-such-program in /nowhere:"
		  "/usr/local/sbin:/usr/sbin:/sbin");
	CHECK(t, !find(t, "/sbin:/usr/sbin", "no-such-program", &got, &e));
	CHECK_STR(t, e.msg,
		  "there is no program no-such-program in /sbin:/usr/sbin:"
		  "/usr/local/sbin");
	for (size_t i = 0; i < COUNT(all); i++) {
		if (fs_kind(in(t, all[i], "ldconfig")) != FS_FILE)
			continue;
		CHECK_OK(t, find(t, "/nowhere", "ldconfig", &got, &e), &e);
		CHECK_STR(t, got, in(t, all[i], "ldconfig"));
		break;
	}
}

TEST(the_first_that_can_be_executed_is_taken)
{
	const char *got;
	struct err e;
	const char *locked = bin(t, "locked", "prog", 0644);
	const char *good = bin(t, "good", "prog", 0755);
	const char *dir = bin(t, "dir/prog", "x", 0755);
	const char *path = arena_fmt(&t->arena, "%.*s:%s:%s",
				     (int)strlen(dir) - 5, dir, locked, good);
	CHECK_OK(t, find(t, path, "prog", &got, &e), &e);
	CHECK_STR(t, got, in(t, good, "prog"));
	CHECK(t, !find(t, locked, "prog", &got, &e));
	CHECK_U(t, e.code, ERR_SYS);
	CHECK_HAS(t, e.msg, in(t, locked, "prog: Permission denied"));
	CHECK_OK(t, find(t, "/nowhere", "a/name/with/slashes", &got, &e), &e);
	CHECK_STR(t, got, "a/name/with/slashes");
}

TEST(a_directory_that_may_not_be_entered_blames_no_program)
{
	const char *got;
	struct err e;
	bool root = geteuid() == 0;
	const char *dir = bin(t, "closed", "prog", 0755);
	CHECK(t, chmod(dir, 0) == 0);
	CHECK(t, !root || seteuid(65534) == 0);
	bool found = find(t, dir, "prog", &got, &e);
	CHECK(t, !root || seteuid(0) == 0);
	CHECK(t, chmod(dir, 0700) == 0);
	CHECK(t, !found);
	CHECK_U(t, e.code, ERR_NOTFOUND);
	CHECK_HAS(t, e.msg, "there is no program prog in ");
	CHECK_HAS(t, e.msg, "/closed cannot be searched");
}

TEST(what_is_found_runs_and_finds_the_same)
{
	struct err e = { 0 };
	DEFER(buf_free) struct buf out = buf_max(1 << 16);
	const char *dir = bin(t, "good", "prog", 0755);
	const char *old = arena_fmt(&t->arena, "%s", getenv("PATH"));
	const char *const argv[] = { "prog", NULL };
	const char *const shell[] = { "/bin/sh", "-c", "echo $PATH", NULL };
	struct proc p = { .argv = argv, .out = &out };
	setenv("PATH", arena_fmt(&t->arena, "/nowhere:%s", dir), 1);
	/* without a first line it is run by the shell */
	CHECK_OK(t, proc_check(&p, &e), &e);
	CHECK_SPAN(t, buf_view(&out), SPAN("it runs\n"));
	out.n = 0;
	p.argv = shell;
	CHECK_OK(t, proc_check(&p, &e), &e);
	CHECK(t, span_ends(buf_view(&out),
			   SPAN("/good:/usr/local/sbin:/usr/sbin:/sbin\n")));
	setenv("PATH", old, 1);
}

TEST(a_missing_interpreter_is_no_missing_program)
{
	struct err e = { 0 };
	int status;
	const char *dir = bin(t, "good", "prog", 0755);
	const char *const argv[] = { in(t, dir, "prog"), NULL };
	struct proc p = { .argv = argv };
	CHECK_OK(t, fs_write_file(argv[0], SPAN("#!/nowhere/sh\n"), 0755, &e),
		 &e);
	CHECK(t, !proc_run(&p, &status, &e));
	CHECK_U(t, e.code, ERR_SYS);
	CHECK_HAS(t, e.msg, "the interpreter or loader");
}
