#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fmt.h"
#include "sys/exec.h"
#include "sys/fs.h"

enum { POLITE_MS = 2000 };

static NORETURN void
become(const char *path, const char *const *argv, int out, int fail,
       pid_t parent)
{
	exec_clean();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	exec_alone(path, argv, out, fail);
}

bool
child_start(const char *const *argv, struct child *c, struct err *e)
{
	DEFER(fd_closep) int in = -1;
	DEFER(fd_closep) int out = -1;
	DEFER(fd_closep) int fail_in = -1;
	DEFER(fd_closep) int fail = -1;
	DEFER(arena_finish) struct arena a = { 0 };
	const char *path;
	int p[2], q[2];
	if (!exec_find(&a, argv[0], &path, e))
		return false;
	if (pipe2(p, O_CLOEXEC) != 0)
		return err_sys(e, errno, "cannot make a pipe");
	in = p[0];
	out = p[1];
	if (pipe2(q, O_CLOEXEC) != 0)
		return err_sys(e, errno, "cannot make a pipe");
	fail_in = q[0];
	fail = q[1];
	pid_t self = getpid(), pid = fork();
	if (pid < 0)
		return err_sys(e, errno, "cannot start %s",
			       show_str(argv[0]).s);
	if (pid == 0)
		become(path, argv, out, fail, self);
	fd_closep(&fail);
	if (!exec_began(fail_in, path, e)) {
		waitpid(pid, NULL, 0);
		return false;
	}
	fcntl(in, F_SETFL, O_NONBLOCK);
	*c = (struct child){ .pid = pid, .out = fd_take(&in) };
	return true;
}

bool
child_ended(struct child *c)
{
	int st;
	if (c->pid && waitpid(c->pid, &st, WNOHANG) == c->pid) {
		c->pid = 0;
		c->status =
			WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	}
	return !c->pid;
}

void
child_finish(struct child *c)
{
	struct timespec tick = { 0, 10L * 1000 * 1000 };
	if (c->pid)
		kill(c->pid, SIGTERM);
	for (int ms = 0; ms < POLITE_MS && !child_ended(c); ms += 10)
		nanosleep(&tick, NULL);
	if (c->pid) {
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
		c->pid = 0;
	}
	fd_closep(&c->out);
}

static void
held_signals(sigset_t *set)
{
	static const int held[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
	sigemptyset(set);
	for (size_t i = 0; i < COUNT(held); i++)
		sigaddset(set, held[i]);
}

bool
signals_open(int *fd, struct err *e)
{
	sigset_t set;
	held_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	*fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (*fd >= 0)
		return true;
	err_sys(e, errno, "cannot wait for signals");
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return false;
}

int
signals_take(int fd)
{
	struct signalfd_siginfo info;
	while (read(fd, &info, sizeof info) == sizeof info)
		if (info.ssi_signo != SIGCHLD)
			return (int)info.ssi_signo;
	return 0;
}

void
signals_close(int *fd)
{
	sigset_t set;
	fd_closep(fd);
	held_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void
signals_die(int sig)
{
	sigset_t set;
	signal(sig, SIG_DFL);
	raise(sig);
	held_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	_exit(128 + sig);
}

bool
held_open(struct held *h, struct err *e)
{
	return signals_open(&h->fd, e);
}

void
held_close(struct held *h)
{
	if (h->fd < 0)
		return;
	if (!h->sig)
		h->sig = signals_take(h->fd);
	if (h->sig)
		signals_die(h->sig);
	signals_close(&h->fd);
}
