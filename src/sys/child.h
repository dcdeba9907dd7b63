/*
 * A program that runs beside us, and the signals that end us both.
 */
#pragma once

#include "base/err.h"

#include <sys/types.h>

struct child {
	pid_t pid;  /* 0: none, or its end has been seen */
	int out;    /* its standard output and error, does not block; -1 */
	int status; /* once ended: exit status, or 128 + the signal */
};
#define CHILD_NONE ((struct child){ .out = -1 })

/* Starts argv (argv[0] is a path or a name in PATH) in a new session with no
 * standard input. The kernel kills the program when ours ends. */
MUST_USE bool child_start(const char *const *argv, struct child *c,
			  struct err *e);
/* Returns true once the program has ended. */
bool child_ended(struct child *c);
/* Sends SIGTERM, after a while SIGKILL, and closes `out`. For DEFER. */
void child_finish(struct child *c);

/* From now on SIGINT, SIGTERM, SIGHUP and SIGCHLD are blocked and read from
 * *fd. */
MUST_USE bool signals_open(int *fd, struct err *e);
/* Returns the next signal that is pending, or 0. Does not return SIGCHLD:
 * child_ended reports the end of a child. */
int signals_take(int fd);
/* Restores the signals' former actions; pending ones act at once. For DEFER. */
void signals_close(int *fd);
/* Ends this program by the signal, as if it had not been blocked. */
NORETURN void signals_die(int sig);

/*
 * Signals that are held while several programs run one after the other and
 * something must be removed at the end. proc.held forwards a signal to the
 * program that is running, no further program is started, and held_close ends
 * us by the signal.
 */
struct held {
	int fd;  /* -1: not held */
	int sig; /* the signal that came, or 0 */
};
#define HELD_NONE ((struct held){ .fd = -1 })
MUST_USE bool held_open(struct held *h, struct err *e);
/* Does not return if there was a signal. For DEFER. */
void held_close(struct held *h);
