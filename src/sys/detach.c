#include "sys/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "sys/exec.h"
#include "sys/fs.h"

enum { POLITE_MS = 10000, KILLED_MS = 5000, TICK_MS = 20 };

/* Returns the fields of /proc/PID/stat after the name, which may contain any
 * bytes: the state is the first word, the start time the twentieth. */
static bool
stat_of(pid_t pid, char *state, uint64_t *start)
{
	char path[64], text[1024];
	DEFER(fd_closep) int fd = -1;
	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
	if (n <= 0)
		return false;
	struct span s = span_of(text, (size_t)n);
	s = span_trim(span_from(s, span_rfind(s, ')') + 1));
	*state = s.n ? (char)s.p[0] : 'X';
	for (int i = 0; i < 19; i++)
		span_cut(&s, ' ');
	return num_parse(span_cut(&s, ' '), start);
}

bool
detached_runs(const struct detached *p)
{
	uint64_t start;
	char state;
	waitpid(p->pid, NULL, WNOHANG); /* in case it is our child */
	return stat_of(p->pid, &state, &start) && start == p->start &&
	       state != 'Z' && state != 'X';
}

bool
detach_start(const char *const *argv, int out, struct detached *p,
	     struct err *e)
{
	DEFER(fd_closep) int fail_in = -1;
	DEFER(fd_closep) int fail = -1;
	int q[2];
	char state;
	if (pipe2(q, O_CLOEXEC) != 0)
		return err_sys(e, errno, "cannot make a pipe");
	fail_in = q[0];
	fail = q[1];
	pid_t pid = fork();
	if (pid < 0)
		return err_sys(e, errno, "cannot start %s",
			       show_str(argv[0]).s);
	if (pid == 0) {
		exec_clean();
		exec_alone(argv[0], argv, out, fail);
	}
	fd_closep(&fail);
	if (!exec_began(fail_in, argv[0], e)) {
		waitpid(pid, NULL, 0);
		return false;
	}
	p->pid = pid;
	if (stat_of(pid, &state, &p->start))
		return true;
	kill(pid, SIGTERM); /* not waited for yet, so the id is still its own */
	return err_set(e, ERR_SYS,
		       "/proc does not show when a process started");
}

bool
detached_wait(const struct detached *p, unsigned ms)
{
	struct timespec tick = { 0, TICK_MS * 1000L * 1000 };
	for (unsigned t = 0; detached_runs(p); t += TICK_MS) {
		if (t >= ms)
			return false;
		nanosleep(&tick, NULL);
	}
	return true;
}

bool
detached_stop(const struct detached *p, struct err *e)
{
	/* the descriptor stays with the process that has the id now */
	DEFER(fd_closep) int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd < 0 && errno != ESRCH)
		return err_sys(e, errno, "cannot reach process %ld",
			       (long)p->pid);
	if (fd < 0 || !detached_runs(p))
		return true;
	if (syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0) != 0 &&
	    errno != ESRCH)
		return err_sys(e, errno, "cannot stop process %ld",
			       (long)p->pid);
	if (detached_wait(p, POLITE_MS))
		return true;
	IGNORE(syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) < 0);
	return detached_wait(p, KILLED_MS) ||
	       err_set(e, ERR_SYS, "process %ld does not end", (long)p->pid);
}
