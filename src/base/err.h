/*
 * The one shape of failure. A function that can fail returns bool (true is
 * success), is marked MUST_USE, and takes `struct err *` last.
 *
 * The error lives in the caller, has a fixed size and is never allocated.
 * The sentence is built from the inside out: err_ctx puts what was being done
 * in front. Text from outside goes in through show() (base/fmt.h) only.
 */
#pragma once

#include <stdarg.h>

#include "base/compiler.h"

enum err_code {
	OK,
	ERR_USAGE,    /* the call was wrong: exit 2 */
	ERR_INPUT,    /* malformed input: exit 3 */
	ERR_LIMIT,    /* over a limit of ours, input too big: exit 3 */
	ERR_REFUSED,  /* a check ran, the answer is no: exit 1 */
	ERR_NOTFOUND, /* a named thing is not there: exit 4 */
	ERR_SYS,      /* the machine failed: exit 4 */
	ERR_NET,      /* the network failed, again may help: exit 4 */
	ERR_BUG,      /* we are wrong: exit 70 */
};

struct err {
	enum err_code code;
	int sys;        /* errno, or 0 */
	const char *id; /* stable name such as "eif-crc", or NULL */
	char msg[512];
	char hint[320];
};

/* All of these return false, so that a caller can return them. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
	PRINTF(3, 4);
/* As err_set, for functions that take a format themselves. */
bool err_setv(struct err *e, enum err_code code, const char *fmt, va_list ap)
	PRINTF(3, 0);
/* As err_set with ERR_SYS, or ERR_NOTFOUND for ENOENT; adds the words and,
 * where there is a well known remedy, the hint for that errno. */
bool err_sys(struct err *e, int sys, const char *fmt, ...) PRINTF(3, 4);
/* Puts "what: " in front of the sentence. */
bool err_ctx(struct err *e, const char *fmt, ...) PRINTF(2, 3);
/* What the reader should do next, one imperative sentence. */
bool err_hint(struct err *e, const char *fmt, ...) PRINTF(2, 3);
/* The stable name of this failure, a literal. */
bool err_id(struct err *e, const char *id);
/* ERR_LIMIT: an arena or a buffer is at its ceiling. */
bool err_full(struct err *e, const char *what);

/* The analyzer sees one file at a time: tell it what the comment says. */
#if defined(__clang_analyzer__) && !defined(ERR_IMPLEMENTATION)
#define err_set(...)  (err_set(__VA_ARGS__), false)
#define err_setv(...) (err_setv(__VA_ARGS__), false)
#define err_sys(...)  (err_sys(__VA_ARGS__), false)
#define err_ctx(...)  (err_ctx(__VA_ARGS__), false)
#define err_hint(...) (err_hint(__VA_ARGS__), false)
#define err_id(...)   (err_id(__VA_ARGS__), false)
#define err_full(...) (err_full(__VA_ARGS__), false)
#endif

int err_exit_status(enum err_code code);
