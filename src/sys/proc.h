/*
 * Runs other programs to their end, and collects or forwards their output. The
 * kernel kills a child when we end. No shell is involved.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct held;

enum { PROC_STDOUT = 1, PROC_STDERR = 2 };

struct proc {
	const char *const *argv; /* exec_find finds argv[0] */
	const char *const *env;  /* NULL: ours, with PATH from exec_search; else
				    NAME=VALUE, which replace or extend ours */
	const char *const *keep; /* names of our variables that it inherits,
				    before env; NULL: all */
	const char *cwd;         /* NULL: ours */
	struct span in;          /* its standard input; at most 64 KiB */
	struct buf *out;         /* its standard output; NULL: our stderr */
	int out_fd;        /* above 0: its standard output instead, one of our
			      descriptors */
	struct buf *err;   /* its standard error; NULL: our stderr */
	bool tidy;         /* see below */
	struct held *held; /* tidy: see sys/child.h */
	unsigned seconds;  /* killed if it runs longer; 0: never. Not for a tidy
			      one */
	bool quiet;        /* NULL out and err go to /dev/null */
	bool late;   /* proc_check: keeps what would go to our stderr in a file,
			and prints it if the program fails */
	int rest_fd; /* above 0: instead of our stderr */
};

/*
 * A tidy program removes children and files of its own before it ends. It runs
 * in its own process group. SIGINT, SIGTERM and SIGHUP that come to us are
 * forwarded to the group, and end us when the program has ended; with `held`,
 * they are stored there instead, and the caller continues.
 */

/* Runs the program to its end. Returns true if it ran at all; *status is its
 * exit status, or 128 + the signal. Fails with ERR_SYS if it was killed after
 * its time, with ERR_NOTFOUND if the program does not exist, and with ERR_SYS
 * "stopped" if a held signal came before the start. */
MUST_USE bool proc_run(const struct proc *p, int *status, struct err *e);
/* As proc_run, but any status other than 0 is ERR_SYS with the last line of the
 * error output, if that was collected. With `late`, the last 64 KiB are
 * printed. */
MUST_USE bool proc_check(const struct proc *p, struct err *e);
/* Returns the path of a program as exec_find finds it, or NULL. */
const char *proc_find(struct arena *a, const char *name);
