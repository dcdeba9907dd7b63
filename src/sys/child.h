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

/* Starts argv (argv[0] a path or a name in PATH) in a session of its own with
 * no standard input; it dies with us, whatever kills us. */
MUST_USE bool child_start(const char *const *argv, struct child *c,
			  struct err *e);
/* True once it has ended. */
bool child_ended(struct child *c);
/* Asks it to end, then makes it, and closes `out`. For DEFER. */
void child_finish(struct child *c);

/* From now on SIGINT, SIGTERM, SIGHUP and SIGCHLD wait on *fd. */
MUST_USE bool signals_open(int *fd, struct err *e);
/* The next of them that waits, or 0. A child's end is no reason to return:
 * child_ended tells. */
int signals_take(int fd);
/* They act as before again; those that wait, at once. For DEFER. */
void signals_close(int *fd);
/* Ends this program by the signal, as if it had not been held back. */
NORETURN void signals_die(int sig);

/*
 * Signals held while several programs run one after the other and something
 * must be put away in the end: proc.held passes a signal on to the one that
 * runs, no further one is started, and held_close obeys it.
 */
struct held {
	int fd;  /* -1: not held */
	int sig; /* the one that came, or 0 */
};
#define HELD_NONE ((struct held){ .fd = -1 })
MUST_USE bool held_open(struct held *h, struct err *e);
/* Does not return when there was a signal. For DEFER. */
void held_close(struct held *h);
