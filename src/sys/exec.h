/*
 * Becoming another program: where it is looked for, and how a forked child
 * ends up as it. For whoever forks in this folder, and who wants to know
 * whether a program is there.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* PATH, and the directories for programs of administrators that it lacks: on
 * Debian an ordinary user's has none of them. NULL without memory. */
char *exec_search(struct arena *a);
/* The path of a program: a name with a slash is one already, any other is
 * looked for in exec_search. "program-missing" (ERR_NOTFOUND) says where that
 * was; ERR_SYS when the only files of that name may not be executed. A
 * directory that may not be entered is named, and the program not blamed. */
MUST_USE bool exec_find(struct arena *a, const char *name, const char **path,
			struct err *e);

/* In the child: no signal is held back or ignored that we ignore. */
void exec_clean(void);
/* In the child: becomes the program, or writes errno to `fail` and ends. */
NORETURN void exec_now(const char *path, const char *const *argv, int fail);
/* The same in a session of its own, with no standard input; `out` is its
 * standard output and error. */
NORETURN void exec_alone(const char *path, const char *const *argv, int out,
			 int fail);
/* In the parent: true when nothing came through the other end of `fail`. */
MUST_USE bool exec_began(int fail, const char *path, struct err *e);
/* What errno from an exec of this path means. */
bool exec_failed(int sys, const char *path, struct err *e);
