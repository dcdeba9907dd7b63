/*
 * The compiler extensions that this project allows itself, each under one
 * name. Nothing outside this file spells an __attribute__.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef NDEBUG
#error "assertions are part of the program: build without NDEBUG"
#endif

#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define DEFER(fn)    __attribute__((cleanup(fn)))
#define NORETURN     __attribute__((noreturn))
#define UNUSED       __attribute__((unused))
#define FALLTHROUGH  __attribute__((fallthrough))
#define CONSTRUCTOR  __attribute__((constructor))
#define EXPORT       __attribute__((visibility("default")))

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Drop a result on purpose; grep finds every place. */
#define IGNORE(call)        \
	do {                \
		if (call) { \
		}           \
	} while (0)

/* States that we are wrong, never that input is. Always compiled in. */
#define ASSERT(c)     ((c) ? (void)0 : assert_fail(#c, __FILE__, __LINE__))
#define UNREACHABLE() assert_fail("unreachable", __FILE__, __LINE__)

NORETURN void assert_fail(const char *what, const char *file, int line);
