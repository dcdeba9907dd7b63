#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "sys/child.h"
#include "sys/env.h"
#include "sys/exec.h"
#include "sys/fs.h"

enum { KEEP_MAX = 32, TICK_MS = 20, LATE_MAX = 64 * KIB };

struct pipes {
	int in[2], out[2], err[2], fail[2];
};

static void
pipes_close(struct pipes *p)
{
	int *all = (int *)p;
	for (size_t i = 0; i < sizeof *p / sizeof(int); i++)
		fd_closep(&all[i]);
}

static bool
pipes_open(struct pipes *p, struct err *e)
{
	if (pipe2(p->in, O_CLOEXEC) == 0 && pipe2(p->out, O_CLOEXEC) == 0 &&
	    pipe2(p->err, O_CLOEXEC) == 0 && pipe2(p->fail, O_CLOEXEC) == 0)
		return true;
	return err_sys(e, errno, "cannot make a pipe");
}

static void
set_env(const char *const *env)
{
	for (; env && *env; env++) {
		const char *eq = strchr(*env, '=');
		char *name = eq ? strndup(*env, (size_t)(eq - *env)) : NULL;
		if (name)
			setenv(name, eq + 1, 1);
		free(name);
	}
}

/* Keeps only the named variables of ours. The values are on a list that
 * clearenv does not free. */
static void
keep_env(const char *const *keep)
{
	const char *value[KEEP_MAX];
	size_t n = 0;
	for (; keep[n]; n++) {
		ASSERT(n < KEEP_MAX);
		value[n] = getenv(keep[n]);
	}
	clearenv();
	for (size_t i = 0; i < n; i++)
		if (value[i])
			setenv(keep[i], value[i], 1);
}

static bool
wire(const struct proc *p, const struct pipes *io)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int rest = p->quiet         ? null
		   : p->rest_fd > 0 ? p->rest_fd
				    : STDERR_FILENO;
	int err = p->err ? io->err[1] : rest;
	int out = p->out_fd > 0 ? p->out_fd : p->out ? io->out[1] : rest;
	/* out before err, because our stderr may be the target of both */
	return null >= 0 && dup2(p->in.n ? io->in[0] : null, 0) >= 0 &&
	       dup2(out, 1) >= 0 && dup2(err, 2) >= 0;
}

/* What the child executes; found before the fork. */
struct target {
	const char *path;
	char *search; /* its PATH */
};

/* In the child: never returns; errno goes through the fail pipe. */
static NORETURN void
become(const struct proc *p, const struct target *to, const struct pipes *io,
       pid_t parent)
{
	exec_clean();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (p->tidy)
		setpgid(0, 0);
	if (getppid() == parent && wire(p, io) &&
	    (!p->cwd || chdir(p->cwd) == 0)) {
		if (p->keep)
			keep_env(p->keep);
		if (getenv("PATH"))
			setenv("PATH", to->search, 1);
		set_env(p->env);
		exec_now(to->path, p->argv, io->fail[1]);
	}
	int sys = errno;
	IGNORE(write(io->fail[1], &sys, sizeof sys) < 0);
	_exit(127);
}

static bool
is_early(int sys)
{
	return sys == EINTR || sys == EAGAIN;
}

/* Reads the available bytes; closes at the end. */
static bool
drain(int *fd, struct buf *b)
{
	uint8_t piece[4096];
	ssize_t n = read(*fd, piece, sizeof piece);
	if (n > 0)
		buf_put(b, piece, (size_t)n);
	else if (n == 0)
		fd_closep(fd);
	return n >= 0 || is_early(errno);
}

/* Writes as much as fits; closes at the end, and when the program has closed
 * its input. */
static bool
feed(int *fd, struct span *in)
{
	ssize_t n = in->n ? write(*fd, in->p, in->n) : 0;
	bool unwanted = n < 0 && errno == EPIPE;
	bool ok = n >= 0 || unwanted || is_early(errno);
	if (n > 0)
		*in = span_from(*in, (size_t)n);
	if (in->n == 0 || unwanted)
		fd_closep(fd);
	return ok;
}

/* The program, its time limit, and the signals that it gets instead of us. */
struct guard {
	uint64_t until_ns; /* sys_monotonic_ns; 0: no end */
	pid_t pid;
	int signals; /* -1: none are held */
	int last;    /* the last one that was forwarded, or 0 */
	bool ended;  /* then status is waitpid's */
	int status;
};

/* Calls waitpid, and stores how the program ended. */
static pid_t
reap(struct guard *g, int flags)
{
	pid_t pid;
	do
		pid = waitpid(g->pid, &g->status, flags);
	while (pid < 0 && errno == EINTR);
	g->ended = pid == g->pid;
	return pid;
}

static void
pass_on(struct guard *g)
{
	int sig = signals_take(g->signals);
	if (sig) {
		kill(-g->pid, sig);
		g->last = sig;
	}
}

/* The timeout for poll; -1 has no limit. */
static int
left_ms(const struct guard *g)
{
	uint64_t now = sys_monotonic_ns();
	if (!g->until_ns)
		return -1;
	return now < g->until_ns ? (int)((g->until_ns - now) / 1000000 + 1) : 0;
}

/* Closes the ends of the pipes that are not ours, or that are not used. */
static void
keep_ours(const struct proc *p, struct pipes *io)
{
	fd_closep(&io->in[0]);
	fd_closep(&io->out[1]);
	fd_closep(&io->err[1]);
	if (!p->out)
		fd_closep(&io->out[0]);
	if (!p->err)
		fd_closep(&io->err[0]);
	if (p->in.n == 0)
		fd_closep(&io->in[1]);
}

/* Runs until the program has closed its outputs, or its time is over. Returns
 * false with errno if output may be lost. */
static bool
talk(const struct proc *p, struct pipes *io, struct guard *g)
{
	struct span in = p->in;
	keep_ours(p, io);
	if (io->in[1] >= 0 && fcntl(io->in[1], F_SETFL, O_NONBLOCK) != 0)
		return false;
	while (io->in[1] >= 0 || io->out[0] >= 0 || io->err[0] >= 0) {
		struct pollfd f[4] = { { io->in[1], POLLOUT, 0 },
				       { io->out[0], POLLIN, 0 },
				       { io->err[0], POLLIN, 0 },
				       { g->signals, POLLIN, 0 } };
		int n = poll(f, 4, left_ms(g));
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			continue; /* revents are not valid */
		if ((f[0].revents && !feed(&io->in[1], &in)) ||
		    (f[1].revents && !drain(&io->out[0], p->out)) ||
		    (f[2].revents && !drain(&io->err[0], p->err)))
			return false;
		if (f[3].revents)
			pass_on(g);
	}
	return true;
}

/* Waits until the program has ended. */
static void
wait_tidy(struct guard *g)
{
	struct pollfd f = { g->signals, POLLIN, 0 };
	/* SIGCHLD is among the signals, so no end is missed */
	while (reap(g, WNOHANG) == 0) {
		if (poll(&f, 1, -1) < 0 && errno != EINTR)
			break;
		pass_on(g);
	}
	if (!g->ended)
		reap(g, 0);
}

/* Waits for the program's end. If its time is over, kills it and returns
 * false. */
static bool
wait_plain(struct guard *g)
{
	bool in_time = true;
	while (g->until_ns && in_time && reap(g, WNOHANG) == 0) {
		in_time = left_ms(g) > 0;
		poll(NULL, 0, in_time ? TICK_MS : 0);
	}
	if (g->until_ns && in_time)
		return true;
	if (!in_time)
		kill(g->pid, SIGKILL);
	reap(g, 0);
	return in_time;
}

static bool
too_long(const struct proc *p, struct err *e)
{
	err_set(e, ERR_SYS, "%s was stopped: it had not ended after %u seconds",
		show_str(p->argv[0]).s, p->seconds);
	return err_id(e, "proc-time");
}

/* A signal that came while the program ran ends us now, or is left to the
 * caller. */
static void
obey(const struct proc *p, struct held *held, int sig)
{
	held->sig = sig;
	if (!p->held)
		held_close(held);
}

/* Exchanges data with the program, if it runs, and waits for its end. Returns
 * true if its status and all of its output are known. */
static bool
attend(const struct proc *p, struct pipes *io, struct guard *g, bool runs,
       struct err *e)
{
	int sys = 0;
	bool in_time = true;
	signal(SIGPIPE, SIG_IGN);
	if (runs && !talk(p, io, g)) {
		sys = errno;
		kill(p->tidy ? -g->pid : g->pid, SIGTERM);
	}
	pipes_close(io);
	if (p->tidy)
		wait_tidy(g);
	else
		in_time = wait_plain(g);
	if (!in_time)
		return too_long(p, e);
	if (sys || !g->ended)
		return err_sys(e, sys ? sys : errno, "cannot wait for %s",
			       show_str(p->argv[0]).s);
	return true;
}

/* Returns what the child reports about its start: 0, or an errno. */
static int
started(const struct pipes *io)
{
	int sys = 0;
	ssize_t n;
	do
		n = read(io->fail[0], &sys, sizeof sys);
	while (n < 0 && errno == EINTR);
	return n == 0 ? 0 : n == sizeof sys ? sys : EIO;
}

static bool
run(const struct proc *p, const struct target *to, int *status, struct err *e)
{
	DEFER(pipes_close)
	struct pipes io = { { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } };
	struct held own = HELD_NONE, *held = p->held ? p->held : &own;
	ASSERT((p->tidy || !p->held) && !(p->tidy && p->seconds));
	if (p->held && !held->sig)
		held->sig = signals_take(held->fd);
	if (held->sig)
		return err_set(e, ERR_SYS, "stopped");
	if (!pipes_open(&io, e) || (p->tidy && !p->held && !held_open(&own, e)))
		return false;
	/* if SIGCHLD is ignored, as a parent may leave it, the status is
	 * lost */
	signal(SIGCHLD, SIG_DFL);
	pid_t self = getpid(), pid = fork();
	if (pid < 0) {
		int sys = errno;
		obey(p, held, 0);
		return err_sys(e, sys, "cannot start %s",
			       show_str(p->argv[0]).s);
	}
	if (pid == 0)
		become(p, to, &io, self);
	fd_closep(&io.fail[1]);
	struct guard g = { .pid = pid, .signals = held->fd };
	if (p->seconds)
		g.until_ns =
			sys_monotonic_ns() + p->seconds * UINT64_C(1000000000);
	int sys = started(&io);
	bool ok = attend(p, &io, &g, sys == 0, e);
	obey(p, held, g.last);
	if (sys)
		return exec_failed(sys, to->path, e);
	*status = WIFEXITED(g.status) ? WEXITSTATUS(g.status)
				      : 128 + WTERMSIG(g.status);
	return ok;
}

bool
proc_run(const struct proc *p, int *status, struct err *e)
{
	DEFER(arena_finish) struct arena a = { 0 };
	struct target to = { .search = exec_search(&a) };
	if (!to.search)
		return err_full(e, "the search for a program");
	return exec_find(&a, p->argv[0], &to.path, e) && run(p, &to, status, e);
}

static struct span
last_line(struct span text)
{
	text = span_trim(text);
	size_t at = span_rfind(text, '\n');
	return at < text.n ? span_from(text, at + 1) : text;
}

/* Prints the last whole lines of a program's output to our stderr. */
static void
show_late(const char *name, int fd)
{
	DEFER(arena_finish) struct arena a = { .max = 2 * LATE_MAX };
	uint8_t *text = NEW(&a, uint8_t, LATE_MAX);
	uint64_t size;
	size_t n = 0;
	struct err ignored = { 0 };
	if (!text || !fs_size(fd, &size, &ignored))
		return;
	uint64_t at = size > LATE_MAX ? size - LATE_MAX : 0;
	IGNORE(fs_pread_some(fd, text, LATE_MAX, at, &n, &ignored));
	struct span s = span_of(text, n);
	size_t line = span_find(s, '\n');
	if (at && line < s.n)
		s = span_from(s, line + 1);
	if (at)
		IGNORE(fs_write(STDERR_FILENO,
				span_str(arena_fmt(&a,
						   "(the end of what %s "
						   "printed:)\n",
						   name)),
				&ignored));
	IGNORE(fs_write(STDERR_FILENO, s, &ignored));
}

static bool
run_late(const struct proc *p, int *status, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct proc q = *p;
	if (!p->late)
		return proc_run(p, status, e);
	if (!fs_tmpfile(NULL, &fd, e))
		return false;
	/* a program that reopens /dev/stderr may truncate it: O_APPEND avoids
	 * holes */
	fcntl(fd, F_SETFL, O_APPEND);
	q.rest_fd = fd;
	if (!proc_run(&q, status, e))
		return false;
	if (*status != 0)
		show_late(p->argv[0], fd);
	return true;
}

bool
proc_check(const struct proc *p, struct err *e)
{
	int status = -1;
	if (!run_late(p, &status, e))
		return false;
	if (status == 0)
		return true;
	if (p->err && p->err->n)
		return err_set(e, ERR_SYS, "%s failed with status %d: %s",
			       show_str(p->argv[0]).s, status,
			       show(last_line(buf_view(p->err))).s);
	return err_set(e, ERR_SYS, "%s failed with status %d",
		       show_str(p->argv[0]).s, status);
}

const char *
proc_find(struct arena *a, const char *name)
{
	const char *path;
	struct err ignored = { 0 };
	return exec_find(a, name, &path, &ignored) ? path : NULL;
}
