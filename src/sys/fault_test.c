/* System calls that fail, one after the other: no data is lost, no file is left
 * behind, and no failure is reported as success. */
#include "base/test.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/fault_kit.h"
#include "sys/child.h"
#include "sys/cpus.h"
#include "sys/crew.h"
#include "sys/fs.h"
#include "sys/lanes.h"
#include "sys/proc.h"

static const int kinds[] = { EIO, ENOSPC, EMFILE, EACCES };

/* Counts the names in a directory, or in /proc/self/fd. */
static unsigned
entries(const char *path)
{
	DIR *d = opendir(path);
	unsigned n = 0;
	ASSERT(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static unsigned
descriptors(void)
{
	return entries("/proc/self/fd");
}

/* Returns the contents of a file. */
static struct span
held(struct test *t, const char *path)
{
	struct span got = { 0 };
	struct err e = { 0 };
	CHECK_OK(t, fs_read(path, 100, &t->arena, &got, &e), &e);
	return got;
}

/* A failure has a message and is the machine's, not the input's. */
static void
check_machine(struct test *t, const struct err *e)
{
	CHECK(t, e->msg[0] && (e->code == ERR_SYS || e->code == ERR_NOTFOUND));
}

/* Whatever fails, the old file or the new one is there, and nothing beside
 * it. */
static void
replace(struct test *t, int sys, bool all)
{
	const char *dir = test_dir(t);
	const char *path = arena_fmt(&t->arena, "%s/x", dir);
	unsigned failed = 0, open_before = descriptors();
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct err e = { 0 };
		CHECK_OK(t, fs_write_file(path, SPAN("old"), 0644, &e), &e);
		if (all)
			fault_begin_all("write", n, sys);
		else
			fault_begin(NULL, n, sys);
		bool ok = fs_write_file(path, SPAN("new"), 0644, &e);
		hit = fault_end() >= n;
		CHECK_SPAN(t, held(t, path), ok ? SPAN("new") : SPAN("old"));
		/* a name that could not be removed may be left */
		CHECK(t, entries(dir) == 3 || !ok);
		CHECK_U(t, descriptors(), open_before);
		if (!ok)
			check_machine(t, &e);
		failed += !ok;
	}
	CHECK(t, failed >= (all ? 1 : 4));
}

TEST(fault_a_file_is_old_or_new)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		replace(t, kinds[i], false);
	replace(t, ENOSPC, true);
}

struct pair {
	const char *first, *second;
};

static bool
write_pair(const struct pair *p, struct span s, struct err *e)
{
	DEFER(out_abort) struct out a = OUT_NONE;
	DEFER(out_abort) struct out b = OUT_NONE;
	struct out *const both[] = { &a, &b };
	return out_open(&a, p->first, 0644, e) &&
	       out_open(&b, p->second, 0644, e) && fs_write(a.fd, s, e) &&
	       fs_write(b.fd, s, e) && out_commit_all(both, 2, e);
}

/* A file that describes another is never beside one that it was not written
 * for. */
TEST(fault_files_that_belong_together)
{
	const char *dir = test_dir(t);
	const struct pair p = { arena_fmt(&t->arena, "%s/x", dir),
				arena_fmt(&t->arena, "%s/y", dir) };
	unsigned failed = 0, alone = 0, open_before = descriptors();
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct err e = { 0 };
		CHECK_OK(t, write_pair(&p, SPAN("old"), &e), &e);
		fault_begin(NULL, n, EIO);
		bool ok = write_pair(&p, SPAN("new"), &e);
		hit = fault_end() >= n;
		struct span first = held(t, p.first);
		CHECK(t, !ok || span_is(first, "new"));
		if (fs_kind(p.second) == FS_NONE)
			alone++;
		else
			CHECK_SPAN(t, held(t, p.second), first);
		CHECK(t, !ok || fs_kind(p.second) == FS_FILE);
		CHECK_U(t, descriptors(), open_before);
		if (!ok)
			check_machine(t, &e);
		failed += !ok;
	}
	CHECK(t, failed >= 8 && alone >= 1);
}

/* Reading gives all bytes or fails. */
TEST(fault_reading)
{
	const char *path = arena_fmt(&t->arena, "%s/x", test_dir(t));
	unsigned failed = 0, open_before = descriptors();
	struct err e = { 0 };
	CHECK_OK(t, fs_write_file(path, SPAN("all of it"), 0644, &e), &e);
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct span got = { 0 };
		struct err why = { 0 };
		fault_begin(NULL, n, EIO);
		bool ok = fs_read(path, 100, &t->arena, &got, &why);
		hit = fault_end() >= n;
		if (ok)
			CHECK_SPAN(t, got, SPAN("all of it"));
		else
			check_machine(t, &why);
		failed += !ok;
		CHECK_U(t, descriptors(), open_before);
	}
	CHECK(t, failed >= 2);
}

/* A signal in between changes nothing. */
TEST(fault_interrupted)
{
	static const char *const names[] = { "read", "write", "pread64",
					     "pwrite64" };
	const char *path = arena_fmt(&t->arena, "%s/x", test_dir(t));
	for (size_t i = 0; i < COUNT(names); i++) {
		DEFER(out_abort) struct out o = OUT_NONE;
		struct err e = { 0 };
		struct span got = { 0 };
		char p[3];
		fault_begin(names[i], 1, EINTR);
		bool ok = out_open(&o, path, 0644, &e) &&
			  fs_write(o.fd, SPAN("abc"), &e) &&
			  fs_pwrite(o.fd, SPAN("x"), 1, &e) &&
			  fs_pread(o.fd, p, 3, 0, &e) && out_commit(&o, &e) &&
			  fs_read(path, 100, &t->arena, &got, &e);
		CHECK(t, fault_end() >= 2);
		CHECK_OK(t, ok, &e);
		CHECK(t, memcmp(p, "axc", 3) == 0);
		CHECK_SPAN(t, got, SPAN("axc"));
	}
}

TEST(fault_listing_a_directory)
{
	const char *dir = test_dir(t);
	DEFER(fd_closep) int fd = -1;
	unsigned failed = 0;
	struct err e = { 0 };
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(t,
			 fs_write_file(arena_fmt(&t->arena, "%s/%u", dir, i),
				       SPAN(""), 0644, &e),
			 &e);
	CHECK_OK(t, fs_open_dir(dir, &fd, &e), &e);
	unsigned open_before = descriptors();
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct span *names = NULL;
		size_t found = 0;
		struct err why = { 0 };
		fault_begin(NULL, n, EIO);
		bool ok = fs_list(fd, &t->arena, &names, &found, &why);
		hit = fault_end() >= n;
		CHECK(t, !ok || found == 3);
		if (!ok)
			check_machine(t, &why);
		failed += !ok;
		CHECK_U(t, descriptors(), open_before);
	}
	CHECK(t, failed >= 4);
}

static bool
temporary(struct test *t, const char *at, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	DEFER(fd_closep) int below = -1;
	DEFER(fd_closep) int dir = -1;
	struct blob b;
	return fs_mkdirs(arena_fmt(&t->arena, "%s/a/b", at), 0755, e) &&
	       fs_write_file(arena_fmt(&t->arena, "%s/a/b/c", at), SPAN("x"),
			     0644, e) &&
	       fs_tmpfile(at, &fd, e) && fs_resize(fd, 3, e) &&
	       fs_blob(fd, &b, e) && b.size == 3 && fs_open_dir(at, &dir, e) &&
	       fs_open_beneath(dir, SPAN("a/b/c"), &below, e);
}

TEST(fault_directories_and_temporary_files)
{
	const char *at = test_dir(t);
	unsigned failed = 0, open_before = descriptors();
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct err e = { 0 };
		fault_begin(NULL, n, EACCES);
		bool ok = temporary(t, at, &e);
		hit = fault_end() >= n;
		if (!ok)
			check_machine(t, &e);
		failed += !ok;
		CHECK_U(t, descriptors(), open_before);
	}
	CHECK(t, failed >= 10);
}

/* All output of a program arrives, or the call fails. */
static bool
run_program(struct test *t, bool tidy, struct err *e)
{
	static const char *const argv[] = { "sh", "-c",
					    "read x; echo \"$x\"; exit 3",
					    NULL };
	DEFER(buf_free) struct buf out = buf_max(100);
	struct proc p = {
		.argv = argv, .in = SPAN("hello\n"), .out = &out, .tidy = tidy
	};
	int status = -1;
	if (!proc_run(&p, &status, e))
		return false;
	CHECK_U(t, (unsigned)status, 3);
	return CHECK_SPAN(t, buf_view(&out), SPAN("hello\n"));
}

TEST(fault_running_a_program)
{
	for (unsigned tidy = 0; tidy < 2; tidy++) {
		unsigned failed = 0, open_before = descriptors();
		for (unsigned n = 1, hit = 1; hit; n++) {
			struct err e = { 0 };
			fault_begin(NULL, n, EMFILE);
			bool ok = run_program(t, tidy, &e);
			hit = fault_end() >= n;
			if (!ok)
				check_machine(t, &e);
			failed += !ok;
			CHECK_U(t, descriptors(), open_before);
		}
		CHECK(t, failed >= 5);
	}
}

/* A failure between fork and exec is reported as a failed start. */
TEST(fault_between_fork_and_exec)
{
	static const char *const names[] = { "open64", "__open64_2", "dup2",
					     "dup2",   "dup2",       "chdir",
					     "execvp" };
	static const unsigned nth[] = { 1, 1, 1, 2, 3, 1, 1 };
	static const char *const argv[] = { "sh", "-c", "exit 0", NULL };
	unsigned failed = 0;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct proc p = { .argv = argv, .cwd = "/" };
		struct err e = { 0 };
		int status = -1;
		fault_begin_child(names[i], nth[i], EACCES);
		bool ok = proc_run(&p, &status, &e);
		fault_end();
		CHECK(t, !ok || status == 0);
		if (!ok)
			check_machine(t, &e);
		failed += !ok;
	}
	CHECK(t, failed >= 5);
}

/* A parent that ignored SIGCHLD does not make every program succeed. */
TEST(fault_ignored_children)
{
	static const char *const argv[] = { "sh", "-c", "exit 3", NULL };
	struct proc p = { .argv = argv };
	struct err e = { 0 };
	int status = -1;
	signal(SIGCHLD, SIG_IGN);
	CHECK_OK(t, proc_run(&p, &status, &e), &e);
	CHECK(t, status == 3);
}

static void
count(void *self, size_t i)
{
	atomic_size_t *sum = self;
	*sum += i + 1;
}

/* A thread that cannot be started is missing, but its work is done. */
TEST(fault_crew_without_threads)
{
	unsigned failed = 0;
	for (unsigned n = 1; n < 5; n++) {
		atomic_size_t sum = 0;
		fault_begin("pthread_create", n, EAGAIN);
		crew_run(4, 100, count, &sum);
		failed += fault_end() >= n;
		CHECK_U(t, sum, 5050);
	}
	CHECK_U(t, failed, 3);
}

TEST(fault_starting_a_program)
{
	static const char *const argv[] = { "sh", "-c", "echo x", NULL };
	unsigned failed = 0, open_before = descriptors();
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct child c = { 0 };
		struct err e = { 0 };
		fault_begin(NULL, n, EMFILE);
		bool ok = child_start(argv, &c, &e);
		hit = fault_end() >= n;
		if (ok)
			child_finish(&c);
		else
			check_machine(t, &e);
		failed += !ok;
		CHECK_U(t, descriptors(), open_before);
	}
	CHECK(t, failed >= 3);
}

/* The sums of the bytes that each lane got. */
struct sums {
	uint64_t v[4];
};

static bool
take(void *self, const struct lane_block *b, struct err *e)
{
	(void)e;
	*(uint64_t *)self += b->n;
	return true;
}

static bool
run_lanes(struct test *t, struct sums *sums, struct err *e)
{
	struct lane lane[4];
	DEFER(lanes_close) struct lanes *l = NULL;
	for (size_t i = 0; i < COUNT(lane); i++)
		lane[i] = (struct lane){ take, &sums->v[i] };
	struct lanes_plan plan = { .lane = lane,
				   .n = COUNT(lane),
				   .blocks = 4,
				   .size = 10,
				   .threads = true };
	if (!lanes_open(&l, &plan, &t->arena, e))
		return false;
	for (unsigned i = 0; i < 100; i++) {
		struct lane_block *b;
		if (!lanes_block(l, &b, e))
			return false;
		b->n = 10;
		if (!lanes_pass(l, e))
			return false;
	}
	return lanes_finish(l, e);
}

/* A thread that cannot be started is an error, and ends the others. */
TEST(fault_lanes)
{
	unsigned failed = 0;
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct sums sums = { 0 };
		struct err e = { 0 };
		fault_begin("pthread_create", n, EAGAIN);
		bool ok = run_lanes(t, &sums, &e);
		hit = fault_end() >= n;
		CHECK(t, ok == !hit);
		for (size_t i = 0; ok && i < COUNT(sums.v); i++)
			CHECK_U(t, sums.v[i], 1000);
		if (!ok)
			check_machine(t, &e);
		failed += !ok;
	}
	CHECK(t, failed == 4 || sys_cpus() == 1);
}
