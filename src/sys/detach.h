/*
 * Programs that go on when we end, and processes that others of our runs have
 * started. A number of a process is given out again: a process is known by its
 * number together with the time it started.
 */
#pragma once

#include "base/err.h"

#include <sys/types.h>

struct detached {
	pid_t pid;
	uint64_t start; /* clock ticks since the machine booted */
};

/* Starts argv (argv[0] a path) in a session of its own with no standard input;
 * its standard output and error go to `out`. It outlives us. */
MUST_USE bool detach_start(const char *const *argv, int out, struct detached *p,
			   struct err *e);
/* True as long as this very process runs; one that ended and that nobody has
 * waited for does not. */
bool detached_runs(const struct detached *p);
/* True once it has ended; waits at most so long. */
bool detached_wait(const struct detached *p, unsigned ms);
/* Asks it to end and after ten seconds makes it. No other process that has its
 * number by now gets a signal. */
MUST_USE bool detached_stop(const struct detached *p, struct err *e);
