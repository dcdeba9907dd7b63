/* The programs under the filter are this one, executed again with the name of a
 * behaviour. The test kit contains main, so a constructor runs first. */
#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/env.h"
#include "sys/notify.h"

#define PATH   "/dev/veraclave-test"
#define NUMBER 0xc0200a00u
enum { REQUEST_MAX = 4096, THREADS = 4, CALLS = 50 };

struct raw {
	void *req;
	uint64_t req_n;
	void *res;
	uint64_t res_n;
};

/* Makes one call; returns the text it got, or -errno. */
static int
/* NOLINTNEXTLINE(readability-non-const-parameter): the call writes there */
call(int fd, const char *text, char *out, size_t room)
{
	struct raw r = { (void *)(uintptr_t)text, strlen(text), out, room };
	return ioctl(fd, NUMBER, &r) == 0 ? (int)r.res_n : -errno;
}

static bool
echoes(int fd, const char *text)
{
	char out[128] = "", want[128];
	snprintf(want, sizeof want, "<%s>", text);
	return call(fd, text, out, sizeof out) == (int)strlen(want) &&
	       strcmp(out, want) == 0;
}

/* Returns 0, or why it cannot be opened. */
static int
refusal(const char *path, int flags)
{
	int fd = open(path, flags, 0600);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
plain(void)
{
	int fd = open(PATH, O_RDWR);
	return fd >= 0 && echoes(fd, "a") && echoes(fd, "") ? 7 : 1;
}

static int
copies(void)
{
	int fd = open(PATH, O_RDWR | O_CLOEXEC), two = dup(fd), st = 1;
	struct pollfd p = { two, POLLOUT, 0 };
	struct stat s;
	if (fd < 0 || !(fcntl(fd, F_GETFD) & FD_CLOEXEC) ||
	    fcntl(two, F_GETFD) != 0)
		return 1;
	close(fd);
	if (!echoes(two, "dup") || fstat(two, &s) != 0 || !S_ISCHR(s.st_mode) ||
	    poll(&p, 1, 0) < 0)
		return 2;
	pid_t pid = fork();
	if (pid == 0)
		_exit(echoes(two, "fork") ? 0 : 1);
	if (waitpid(pid, &st, 0) != pid || st != 0)
		return 3;
	char none[8];
	int last = two;
	close(two);
	return call(last, "closed", none, sizeof none) != -EBADF ? 4 : 7;
}

static void *
many(void *arg)
{
	char text[32];
	int fd = open(PATH, O_RDWR);
	for (int i = 0; i < CALLS; i++) {
		snprintf(text, sizeof text, "%p %d", arg, i);
		if (!echoes(fd, text))
			return arg;
	}
	close(fd);
	return NULL;
}

static int
threads(void)
{
	pthread_t t[THREADS];
	char id[THREADS];
	void *bad = NULL;
	for (size_t i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, many, &id[i]);
	for (size_t i = 0; i < THREADS; i++) {
		void *r;
		pthread_join(t[i], &r);
		bad = r ? r : bad;
	}
	return bad ? 1 : 7;
}

static int
faults(void)
{
	int fd = open(PATH, O_RDWR), null = open("/dev/null", O_RDWR);
	static char big[REQUEST_MAX + 2];
	char out[8];
	struct raw r = { big, REQUEST_MAX + 1, out, 8 };
	struct raw lost = { (void *)8, 4, out, 8 };
	struct raw blind = { big, 1, (void *)8, 8 };
	if (ioctl(fd, NUMBER, &r) == 0 || errno != EMSGSIZE)
		return 1;
	if (ioctl(fd, NUMBER, &lost) == 0 || errno != EFAULT)
		return 2;
	if (ioctl(fd, NUMBER, &blind) == 0 || errno != EFAULT)
		return 3;
	if (ioctl(fd, NUMBER, (void *)8) == 0 || errno != EFAULT)
		return 4;
	if (call(fd, "too long for this", out, 8) != -EMSGSIZE)
		return 5;
	/* not ours: the real /dev/null, and a descriptor that is not open */
	if (call(null, "x", out, 8) != -ENOTTY ||
	    call(99, "x", out, 8) != -EBADF)
		return 6;
	if (refusal(PATH, O_RDONLY | O_DIRECTORY) != ENOTDIR)
		return 8;
	if (refusal(PATH, O_RDWR | O_CREAT | O_EXCL) != EEXIST)
		return 9;
	return refusal(PATH "x", O_RDWR) == ENOENT ? 7 : 10;
}

/* The path is at the very end of the mapped memory. */
static int
page_end(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(p + 4096, 4096);
	char *at = p + 4096 - sizeof PATH;
	memcpy(at, PATH, sizeof PATH);
	int fd = open(at, O_RDWR);
	memcpy(p + 4095 - 1, ".", 2);
	return fd >= 0 && refusal(p + 4094, O_RDONLY) == 0 ? 7 : 1;
}

static int
looks(void)
{
	struct stat s;
	if (access(PATH, R_OK | W_OK) != 0 || access(PATH, X_OK) == 0 ||
	    access(PATH "x", F_OK) == 0)
		return 1;
	if (stat(PATH, &s) != 0 || !S_ISCHR(s.st_mode) ||
	    major(s.st_rdev) != 10)
		return 2;
	if (lstat(PATH, &s) != 0 || (s.st_mode & 0777) != 0666)
		return 3;
	struct statx x;
	if (statx(AT_FDCWD, PATH, 0, STATX_ALL, &x) != 0 ||
	    x.stx_rdev_major != 10)
		return 4;
	return stat("/", &s) == 0 && S_ISDIR(s.st_mode) ? 7 : 5;
}

static volatile sig_atomic_t alarms;

static void
on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* Many signals must not make a call come twice. */
static int
interrupted(void)
{
	int fd = open(PATH, O_RDWR);
	struct sigaction sa = { .sa_handler = on_alarm,
				.sa_flags = SA_RESTART };
	sigaction(SIGALRM, &sa, NULL);
	ualarm(3000, 3000);
	for (int i = 0; i < 20; i++)
		if (!echoes(fd, "again"))
			return 1;
	ualarm(0, 0);
	return alarms > 0 ? 7 : 2;
}

static int
killed(void)
{
	raise(SIGTERM);
	return 1;
}

/* A grandchild without a parent; the program waits for it by a pipe. */
static int
orphan(void)
{
	int p[2];
	char c = 0;
	if (pipe(p) != 0)
		return 1;
	if (fork() == 0) {
		if (fork() == 0) {
			usleep(100000);
			int fd = open(PATH, O_RDWR);
			c = echoes(fd, "orphan") ? 7 : 2;
			_exit(write(p[1], &c, 1) == 1 ? 0 : 1);
		}
		_exit(0);
	}
	close(p[1]);
	return read(p[0], &c, 1) == 1 ? c : 3;
}

/* A daemon started by a daemon, which never ends. */
static int
leaves_a_daemon(void)
{
	if (fork())
		return 7;
	setsid();
	if (fork())
		_exit(0);
	for (;;)
		pause();
}

/* The kernel refuses each way to stop the process that serves us. */
static int
stops_its_server(void)
{
	pid_t up = getppid();
	union sigval v = { 0 };
	static const int stop[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };
	if (ptrace(PTRACE_ATTACH, up, NULL, NULL) == 0 || errno != EPERM)
		return 1;
	if (ptrace(PTRACE_SEIZE, up, NULL, NULL) == 0 || errno != EPERM)
		return 2;
	for (size_t i = 0; i < COUNT(stop); i++)
		if (kill(up, stop[i]) == 0 || errno != EPERM ||
		    syscall(SYS_tkill, up, stop[i]) == 0 || errno != EPERM ||
		    syscall(SYS_tgkill, up, up, stop[i]) == 0 ||
		    errno != EPERM || sigqueue(up, stop[i], v) == 0 ||
		    errno != EPERM)
			return 3;
	/* everything else is allowed as before */
	if (kill(up, 0) != 0 || syscall(SYS_tgkill, up, up, 0) != 0)
		return 4;
	pid_t pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	int st = 0;
	if (kill(pid, SIGSTOP) != 0 || waitpid(pid, &st, WUNTRACED) != pid ||
	    !WIFSTOPPED(st))
		return 5;
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0)
		return 6;
	kill(pid, SIGKILL);
	return 7;
}

/* The parent is the tracer then: the server, which lets it continue. */
static int
is_traced(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		return 1;
	signal(SIGUSR1, on_alarm);
	raise(SIGUSR1);
	return alarms == 1 ? 7 : 2;
}

static const struct {
	const char *name;
	int (*run)(void);
} behaviours[] = {
	{ "plain", plain },
	{ "copies", copies },
	{ "threads", threads },
	{ "faults", faults },
	{ "page_end", page_end },
	{ "looks", looks },
	{ "killed", killed },
	{ "orphan", orphan },
	{ "interrupted", interrupted },
	{ "leaves_a_daemon", leaves_a_daemon },
	{ "stops_its_server", stops_its_server },
	{ "is_traced", is_traced },
};

CONSTRUCTOR static void
behave(void)
{
	const char *name = getenv("NOTIFY_TEST");
	for (size_t i = 0; name && i < COUNT(behaviours); i++)
		if (strcmp(name, behaviours[i].name) == 0)
			_exit(behaviours[i].run());
}

struct server {
	unsigned calls;
	bool broken;
	char last[64];
};

static bool
echo(void *self, struct span in, struct buf *out, struct err *e)
{
	struct server *s = self;
	s->calls++;
	snprintf(s->last, sizeof s->last, "%.*s", SPAN_ARG(in));
	buf_fmt(out, "<%.*s>", SPAN_ARG(in));
	return s->broken ? err_set(e, ERR_SYS, "broken") : true;
}

static bool
run_loop(struct notify *n, int *status, struct err *e)
{
	while (!notify_ended(n, status)) {
		struct pollfd f[] = {
			{ .fd = notify_fd(n), .events = POLLIN },
			{ .fd = notify_signal_fd(n), .events = POLLIN },
		};
		IGNORE(poll(f, COUNT(f), notify_due(n)));
		if (!notify_serve(n, e))
			return false;
	}
	return true;
}

static unsigned
run(struct test *t, const char *name, struct server *s, uint64_t delay_ms)
{
	DEFER(notify_close) struct notify *n = NULL;
	const char *argv[] = { "/proc/self/exe", NULL };
	struct notify_plan p = { .argv = argv,
				 .path = PATH,
				 .major = 10,
				 .minor = 144,
				 .ioctl = NUMBER,
				 .request_max = REQUEST_MAX,
				 .delay_ms = delay_ms,
				 .answer = echo,
				 .self = s };
	struct err e = { 0 };
	int status = -1;
	setenv("NOTIFY_TEST", name, 1);
	bool ok = notify_start(&n, &p, &e);
	unsetenv("NOTIFY_TEST");
	if (!ok && e.sys == EBUSY) {
		test_skip(t, "this already runs under a notifying filter");
		return 7;
	}
	CHECK_OK(t, ok, &e);
	if (ok)
		CHECK_OK(t, run_loop(n, &status, &e), &e);
	return (unsigned)status;
}

TEST(a_program_gets_the_device)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "plain", &s, 0), 7);
	CHECK_U(t, s.calls, 2);
}

TEST(descriptors_are_real)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "copies", &s, 0), 7);
	CHECK_STR(t, s.last, "fork");
}

TEST(threads_call_at_once)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "threads", &s, 0), 7);
	CHECK_U(t, s.calls, THREADS * CALLS);
}

TEST(errors_are_the_drivers)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "faults", &s, 0), 7);
	CHECK_U(t, s.calls, 2);
	CHECK_U(t, run(t, "page_end", &s, 0), 7);
}

TEST(the_path_is_there_for_those_who_look)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "looks", &s, 0), 7);
}

TEST(signals_do_not_repeat_a_call)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "interrupted", &s, 10), 7);
	CHECK_U(t, s.calls, 20);
}

TEST(status_is_passed_on)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "killed", &s, 0), 128 + SIGTERM);
	CHECK_U(t, run(t, "orphan", &s, 0), 7);
	CHECK_STR(t, s.last, "orphan");
}

TEST(a_daemon_left_behind_keeps_nobody_waiting)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "leaves_a_daemon", &s, 0), 7);
	CHECK(t, waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

TEST(the_program_cannot_stop_its_server)
{
	struct server s = { 0 };
	CHECK_U(t, run(t, "stops_its_server", &s, 0), 7);
	CHECK_U(t, run(t, "is_traced", &s, 0), 7);
}

TEST(answers_can_be_slow)
{
	struct server s = { 0 };
	uint64_t start = sys_monotonic_ns();
	CHECK_U(t, run(t, "plain", &s, 100), 7);
	CHECK(t, sys_monotonic_ns() - start >= 200u * 1000 * 1000);
}

TEST(no_such_program)
{
	DEFER(notify_close) struct notify *n = NULL;
	const char *argv[] = { "/nowhere/at/all", NULL };
	struct notify_plan p = {
		.argv = argv, .path = PATH, .ioctl = NUMBER, .answer = echo
	};
	struct err e = { 0 };
	CHECK(t, !notify_start(&n, &p, &e));
	CHECK_U(t, e.code, ERR_NOTFOUND);
	CHECK_HAS(t, e.msg, "cannot run /nowhere/at/all");
}
