/*
 * How a program is searched for, and how a forked child executes it. For the
 * files of this folder that fork, and for callers that need to know whether a
 * program is installed.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* Returns PATH and the directories of administrators' programs that it lacks:
 * on Debian an ordinary user's PATH contains none of them. Returns NULL if
 * memory is exhausted. */
char *exec_search(struct arena *a);
/* Finds the path of a program. A name with a slash is already a path; any other
 * is searched for in exec_search. "program-missing" (ERR_NOTFOUND) names the
 * directories that were searched, and one that cannot be entered. ERR_SYS if
 * there are files of that name, but none is executable. */
MUST_USE bool exec_find(struct arena *a, const char *name, const char **path,
			struct err *e);

/* In the child: unblocks all signals, and restores SIGPIPE, which we ignore. */
void exec_clean(void);
/* In the child: executes the program, or writes errno to `fail` and exits. */
NORETURN void exec_now(const char *path, const char *const *argv, int fail);
/* As exec_now, in a new session with no standard input; `out` becomes standard
 * output and error. */
NORETURN void exec_alone(const char *path, const char *const *argv, int out,
			 int fail);
/* In the parent: returns true if nothing came through the other end of
 * `fail`. */
MUST_USE bool exec_began(int fail, const char *path, struct err *e);
/* Reports what errno from an exec of this path means; returns false. */
bool exec_failed(int sys, const char *path, struct err *e);
