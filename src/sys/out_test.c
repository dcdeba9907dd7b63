#include "base/test.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fs.h"

struct pair {
	const char *first, *second;
};

static bool
put(const struct pair *p, struct span s, struct err *e)
{
	DEFER(out_abort) struct out a = OUT_NONE;
	DEFER(out_abort) struct out b = OUT_NONE;
	struct out *const all[] = { &a, &b };
	return out_open(&a, p->first, 0644, e) &&
	       out_open(&b, p->second, 0644, e) && fs_write(a.fd, s, e) &&
	       fs_write(b.fd, s, e) && out_commit_all(all, 2, e);
}

/* Returns the contents: "old", "new", or nothing. */
static struct span
held(struct test *t, const char *path)
{
	struct span got = { 0 };
	struct err e = { 0 };
	if (fs_kind(path) == FS_NONE)
		return got;
	CHECK_OK(t, fs_read(path, 100, &t->arena, &got, &e), &e);
	return got;
}

static _Noreturn void
child(const struct pair *p)
{
	struct err e = { 0 };
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(2);
	raise(SIGSTOP);
	_exit(put(p, SPAN("new"), &e) ? 0 : 1);
}

/* Runs it for this many stops at system calls, two for each call, then kills
 * it; returns its wait status. */
static int
run_for(const struct pair *p, unsigned stops)
{
	int status = 0;
	pid_t pid = fork();
	if (pid == 0)
		child(p);
	ASSERT(pid > 0 && waitpid(pid, &status, 0) == pid);
	for (unsigned i = 0; i < stops && WIFSTOPPED(status); i++) {
		ASSERT(ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0);
		ASSERT(waitpid(pid, &status, 0) == pid);
	}
	if (WIFSTOPPED(status)) {
		kill(pid, SIGKILL);
		ASSERT(waitpid(pid, &status, 0) == pid);
	}
	return status;
}

/* If the program is killed at any system call, the second file is never beside
 * another first one. */
TEST(files_that_belong_together_survive_every_kill)
{
	const char *dir = test_dir(t);
	const struct pair p = { arena_fmt(&t->arena, "%s/x.eif", dir),
				arena_fmt(&t->arena, "%s/x.json", dir) };
	unsigned alone = 0, old = 0;
	for (unsigned stops = 1; stops < 1000; stops++) {
		struct err e = { 0 };
		CHECK_OK(t, put(&p, SPAN("old"), &e), &e);
		int status = run_for(&p, stops);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
			test_skip(t, "no ptrace here");
			return;
		}
		struct span a = held(t, p.first), b = held(t, p.second);
		CHECK(t, span_is(a, "old") || span_is(a, "new"));
		CHECK(t, !b.n || span_eq(a, b));
		alone += !b.n;
		old += span_is(b, "old");
		if (WIFEXITED(status)) {
			CHECK_U(t, WEXITSTATUS(status), 0);
			CHECK_SPAN(t, b, SPAN("new"));
			break;
		}
	}
	/* It was killed before, between and after them. */
	CHECK(t, alone > 2 && old > 2);
}
