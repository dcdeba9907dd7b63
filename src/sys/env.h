/*
 * What a program reads from the machine besides files: time, randomness,
 * environment, terminal. Time and randomness are inputs: no artefact depends on
 * them, and code below main takes them as values.
 */
#pragma once

#include "base/err.h"

/* Returns seconds since 1970 by the machine's clock. */
int64_t sys_now(void);
/* Returns nanoseconds of a monotonic clock. */
uint64_t sys_monotonic_ns(void);
/* Fills p with n bytes from the kernel's random generator. */
MUST_USE bool sys_random(void *p, size_t n, struct err *e);
/* Returns the value of an environment variable, NULL if it is unset or
 * empty. */
const char *sys_env(const char *name);
/* Whether this descriptor is a terminal, and its width in columns: 80 if
 * unknown. */
bool sys_is_terminal(int fd);
unsigned sys_terminal_width(int fd);
bool sys_is_root(void);
/* Returns "x86_64", "aarch64" and so on, as uname reports it. */
const char *sys_machine(void);
