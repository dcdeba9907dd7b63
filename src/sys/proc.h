/*
 * Other programs: run to the end, output collected or passed on. A child dies
 * with us. No shell is ever involved.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct held;

enum { PROC_STDOUT = 1, PROC_STDERR = 2 };

struct proc {
	const char *const *argv; /* argv[0] as exec_find looks it up */
	const char *const *env;  /* NULL: ours, PATH as exec_search makes it;
				    else NAME=VALUE, replaces or adds to ours */
	const char *const *keep; /* names of those of ours that it gets, before
				    env; NULL: all */
	const char *cwd;         /* NULL: ours */
	struct span in;          /* its standard input; at most 64 KiB */
	struct buf *out;         /* its standard output; NULL: our stderr */
	int out_fd;              /* above 0: its standard output instead, one
				    of ours among them */
	struct buf *err;         /* its standard error; NULL: our stderr */
	bool tidy;               /* see below */
	struct held *held;       /* tidy: what sys/child.h says */
	unsigned seconds;        /* killed when it runs longer; 0: never. Not
				    for a tidy one */
	bool quiet;              /* NULL out and err go to /dev/null */
	bool late;               /* proc_check: what would go to our stderr is
				    kept in a file, and shown when it fails */
	int rest_fd;             /* above 0: instead of our stderr */
};

/*
 * A tidy program has children and files of its own to put away. It runs in a
 * process group of its own; SIGINT, SIGTERM and SIGHUP that come to us go to
 * the group, and end us when the program has ended; with `held`, they are left
 * there instead, and the caller goes on.
 */

/* Runs to the end. True when it ran at all; *status is its exit status, or
 * 128 + the signal. ERR_SYS when it was killed after its time. ERR_NOTFOUND
 * when there is no such program; ERR_SYS "stopped" when a signal that is held
 * came before. */
MUST_USE bool proc_run(const struct proc *p, int *status, struct err *e);
/* As proc_run; any status but 0 is ERR_SYS with the last line of its error
 * output, when that was collected. Of what came late, the last 64 KiB are
 * shown. */
MUST_USE bool proc_check(const struct proc *p, struct err *e);
/* The path of a program as exec_find finds it, or NULL. */
const char *proc_find(struct arena *a, const char *name);
