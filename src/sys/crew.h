/*
 * Calls one function many times on several threads: the caller's own and others
 * that end with the call. Each thread takes the next number that no other
 * thread has taken.
 */
#pragma once

#include <stddef.h>

enum { CREW_MAX = 256 };

/* Calls step once for each number below n, on at most `threads` threads; 0
 * means one for each processor. If a thread cannot be started, the others do
 * its part, so this cannot fail. */
void crew_run(unsigned threads, size_t n, void (*step)(void *self, size_t i),
	      void *self);
