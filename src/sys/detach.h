/*
 * Programs that continue when we end, and processes that other runs of ours
 * have started. The kernel reuses process ids, so a process is identified by
 * its id together with its start time.
 */
#pragma once

#include "base/err.h"

#include <sys/types.h>

struct detached {
	pid_t pid;
	uint64_t start; /* clock ticks since the machine booted */
};

/* Starts argv (argv[0] is a path) in a new session with no standard input. Its
 * standard output and error go to `out`. The program outlives us. */
MUST_USE bool detach_start(const char *const *argv, int out, struct detached *p,
			   struct err *e);
/* Returns true while exactly this process runs, and false for a zombie. */
bool detached_runs(const struct detached *p);
/* Waits at most ms milliseconds; returns true once the process has ended. */
bool detached_wait(const struct detached *p, unsigned ms);
/* Sends SIGTERM, and SIGKILL after ten seconds. Another process that has the id
 * by then gets no signal. */
MUST_USE bool detached_stop(const struct detached *p, struct err *e);
