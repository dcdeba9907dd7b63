/*
 * One piece of work, many times, on several threads: the caller's own and
 * others that end with the call. Each thread takes the next number that nobody
 * has yet.
 */
#pragma once

#include <stddef.h>

enum { CREW_MAX = 256 };

/* Calls step for each number below n, once. On at most `threads` threads, 0:
 * as many as there are processors. A thread that cannot be started is missing,
 * and the others do its part, so this cannot fail. */
void crew_run(unsigned threads, size_t n, void (*step)(void *self, size_t i),
	      void *self);
