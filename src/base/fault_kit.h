/*
 * Faults for tests: the n-th call of a function outside of the project fails.
 *
 * A folder's fault kit wraps the functions that the folder calls (ld --wrap, in
 * test programs alone: the product has nothing of it). A wrapper asks
 * fault_now, and fails as the function does when it says so.
 *
 *	for (unsigned n = 1, hit = 1; hit; n++) {
 *		fault_begin(NULL, n, EIO);
 *		bool ok = what_is_tested();
 *		hit = fault_end() >= n;
 *		... ok, or failed as it has to
 *	}
 *
 * Threads may call. Children of fork are left alone, or are meant alone.
 */
#pragma once

#include "base/compiler.h"

/* From now on the n-th call (from 1; 0: none) of the wrapped function with
 * this name, or of any when it is NULL, fails with this errno. */
void fault_begin(const char *only, unsigned n, int sys);
/* As fault_begin, and all that follow the n-th fail, too: a full disk. */
void fault_begin_all(const char *only, unsigned n, int sys);
/* As fault_begin, in the children of this process and not in itself. */
void fault_begin_child(const char *only, unsigned n, int sys);
/* No more faults. How many of the calls there were. */
unsigned fault_end(void);

/* For wrappers: does this call fail? Sets errno. */
bool fault_now(const char *name);
/* The errno of the fault. */
int fault_sys(void);

/* A wrapper of a function that gives `bad` when it fails, as `now` says. */
#define FAULT_WRAP_BY(now, type, bad, name, params, args)       \
	type __real_##name params;                              \
	type __wrap_##name params;                              \
	type __wrap_##name params                               \
	{                                                       \
		return now(#name) ? (bad) : __real_##name args; \
	}
#define FAULT_WRAP(type, bad, name, params, args) \
	FAULT_WRAP_BY(fault_now, type, bad, name, params, args)
