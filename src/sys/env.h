/*
 * What a program learns from the machine besides files: time, randomness,
 * environment, terminal. Time and randomness are inputs: no artefact depends
 * on them, and code below main takes them as values.
 */
#pragma once

#include "base/err.h"

/* Seconds since 1970 by the machine's clock. */
int64_t sys_now(void);
/* Nanoseconds of a clock that only goes forward. */
uint64_t sys_monotonic_ns(void);
/* Bytes from the kernel's generator. */
MUST_USE bool sys_random(void *p, size_t n, struct err *e);
/* The value of an environment variable; NULL when unset or empty. */
const char *sys_env(const char *name);
/* Is this descriptor a terminal; its width in columns, 80 when unknown. */
bool sys_is_terminal(int fd);
unsigned sys_terminal_width(int fd);
bool sys_is_root(void);
/* "x86_64", "aarch64" and so on, as uname says. */
const char *sys_machine(void);
