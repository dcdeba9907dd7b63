#include "sys/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "sys/exec.h"
#include "sys/fs.h"
#include "sys/notify_parts.h"
#include "sys/stream.h"

/* Signals that are forwarded to the program, and the end of a child. */
static const int passed[] = { SIGINT,  SIGTERM, SIGHUP, SIGQUIT,
			      SIGUSR1, SIGUSR2, SIGCHLD };

/* What the child reports before it executes the program. */
enum stage { STAGE_FILTER, STAGE_EXEC };
struct report {
	enum stage stage;
	int sys; /* 0: the listener comes with this message */
};

static void
signal_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < COUNT(passed); i++)
		sigaddset(set, passed[i]);
}

static void
tell(int fd, enum stage stage, int sys, int listener)
{
	struct report r = { stage, sys };
	struct iovec v = { &r, sizeof r };
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	if (listener >= 0) {
		m.msg_control = room;
		m.msg_controllen = sizeof room;
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &listener, sizeof listener);
	}
	IGNORE(sendmsg(fd, &m, MSG_NOSIGNAL) < 0);
}

/* In the child. Nothing here may open a file once the filter is installed,
 * because the server does not run yet. */
static NORETURN void
become(const struct notify_plan *p, const char *path, int tell_fd, pid_t parent)
{
	exec_clean();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	int listener = notify_filter(p->ioctl, parent);
	tell(tell_fd, STAGE_FILTER, listener < 0 ? errno : 0, listener);
	if (listener < 0)
		_exit(127);
	close(listener);
	execvp(path, (char *const *)(uintptr_t)p->argv); /* as exec_now does */
	tell(tell_fd, STAGE_EXEC, errno, -1);
	_exit(127);
}

static bool
filter_refused(int sys, struct err *e)
{
	err_sys(e, sys, "cannot watch a program's system calls");
	if (sys == EBUSY)
		return err_hint(e, "this already runs under such a filter:"
				   " simulate cannot be nested");
	return err_hint(e, "the kernel must have seccomp user notification"
			   " (Linux 5.0), and a container must allow it; else"
			   " use --socket");
}

/* Waits until the program runs, or reports why it does not. */
static bool
hear(struct notify *n, const char *path, int fd, struct err *e)
{
	struct report r = { 0 };
	size_t got = 0;
	if (!stream_take(fd, &r, sizeof r, &n->listener, 1, &got))
		return err_set(e, ERR_SYS, "the program did not start");
	if (r.sys)
		return filter_refused(r.sys, e);
	if (got != 1)
		return err_set(e, ERR_BUG, "the filter's listener is missing");
	if (stream_take(fd, &r, sizeof r, NULL, 0, &got))
		return exec_failed(r.sys, path, e);
	return true;
}

/* Opens the file that every descriptor of the device is a copy of. */
static bool
open_device(struct notify *n, struct err *e)
{
	n->self = getpid();
	n->device = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (n->device >= 0 && syscall(SYS_kcmp, n->self, n->self, KCMP_FILE,
				      n->device, n->device) == 0)
		return true;
	fd_closep(&n->device);
	n->memory = true;
	const char *name = strrchr(n->plan.path, '/');
	n->device = memfd_create(name ? name + 1 : n->plan.path, MFD_CLOEXEC);
	return n->device >= 0 || err_sys(e, errno, "cannot make a device");
}

static bool
watch_signals(struct notify *n, struct err *e)
{
	sigset_t set;
	signal_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	n->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return n->signals >= 0 || err_sys(e, errno, "cannot wait for signals");
}

static bool
start(struct notify *n, struct err *e)
{
	DEFER(fd_closep) int ours = -1;
	DEFER(fd_closep) int theirs = -1;
	DEFER(arena_finish) struct arena a = { 0 };
	const char *path;
	int pair[2];
	if (!exec_find(&a, n->plan.argv[0], &path, e) || !open_device(n, e) ||
	    !watch_signals(n, e))
		return false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_sys(e, errno, "cannot make a pair of sockets");
	ours = pair[0];
	theirs = pair[1];
	/* Orphans of the program stay our descendants. Where Yama is strict, we
	 * can only read the memory of descendants. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* The program's exec makes it dumpable again; we stay closed to it. */
	prctl(PR_SET_DUMPABLE, 0);
	siginfo_t info;
	n->strangers =
		waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
	n->pid = fork();
	if (n->pid < 0) {
		n->pid = 0;
		return err_sys(e, errno, "cannot start a program");
	}
	if (n->pid == 0)
		become(&n->plan, path, theirs, n->self);
	fd_closep(&theirs);
	return hear(n, path, ours, e);
}

bool
notify_start(struct notify **out, const struct notify_plan *p, struct err *e)
{
	struct notify *n = calloc(1, sizeof *n);
	if (!n)
		return err_full(e, "simulator");
	n->plan = *p;
	n->listener = n->signals = n->device = -1;
	if (start(n, e)) {
		*out = n;
		return true;
	}
	notify_close(&n);
	return false;
}

int
notify_fd(const struct notify *n)
{
	return n->gone ? -1 : n->listener;
}

int
notify_signal_fd(const struct notify *n)
{
	return n->signals;
}

/* Collects the end of the program, and of orphans that we inherited. */
static void
reap(struct notify *n)
{
	int st;
	pid_t pid;
	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		/* It requested to be traced by its parent: we let it
		 * continue. */
		if (WIFSTOPPED(st)) {
			int sig = WSTOPSIG(st) == SIGTRAP ? 0 : WSTOPSIG(st);
			ptrace(PTRACE_DETACH, pid, NULL,
			       (void *)(uintptr_t)(unsigned)sig);
			continue;
		}
		if (pid != n->pid)
			continue;
		n->pid = 0;
		n->status =
			WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	}
	n->gone = n->gone || (pid < 0 && errno == ECHILD);
}

bool
notify_ended(struct notify *n, int *status)
{
	struct signalfd_siginfo info;
	while (read(n->signals, &info, sizeof info) == sizeof info) {
		/* A key at the terminal signals the program directly. */
		if (info.ssi_signo != SIGCHLD && info.ssi_code <= 0 && n->pid)
			kill(n->pid, (int)info.ssi_signo);
	}
	reap(n);
	*status = n->status;
	return n->pid == 0;
}

/* Lists our children, as the kernel reports them; returns how many fitted. */
static size_t
children(pid_t *out, size_t max)
{
	char path[64], text[4096];
	size_t n = 0, got = 0;
	struct err unused = { 0 };
	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	DEFER(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !fs_read_some(fd, text, sizeof text, &got, &unused))
		return 0;
	struct span rest = span_of(text, got);
	while (n < max) {
		uint64_t pid;
		size_t len = span_find(rest, ' ');
		/* a number without a space after it was cut off */
		if (len == rest.n || !num_parse(span_sub(rest, 0, len), &pid))
			return n;
		out[n++] = (pid_t)pid;
		rest = span_from(rest, len + 1);
	}
	return n;
}

/* Ends the descendants that the program left. The children of each one that
 * ends become ours, so each round reaches one generation further. */
static void
end_orphans(const struct notify *n)
{
	enum { ROUNDS = 1000, MANY = 512 };
	pid_t v[MANY];
	for (int i = 0; i < ROUNDS && !n->strangers; i++) {
		size_t k = children(v, MANY);
		if (k == 0)
			return;
		for (size_t j = 0; j < k; j++)
			kill(v[j], SIGKILL);
		for (size_t j = 0; j < k; j++)
			waitpid(v[j], NULL, 0);
	}
}

void
notify_close(struct notify **out)
{
	struct notify *n = *out;
	sigset_t set;
	if (!n)
		return;
	if (n->pid) {
		kill(n->pid, SIGKILL);
		waitpid(n->pid, NULL, 0);
	}
	end_orphans(n);
	prctl(PR_SET_DUMPABLE, 1);
	fd_closep(&n->listener);
	fd_closep(&n->device);
	if (n->signals >= 0) {
		fd_closep(&n->signals);
		signal_set(&set);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
	}
	free(n);
	*out = NULL;
}
