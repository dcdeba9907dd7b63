/*
 * Lines on the console, all beginning with `veraclave-init: `.
 */
#pragma once

#include <stdint.h>

/* One line made of the strings given; each call is one write. */
#define SAY(...) msg_say(__VA_ARGS__, (const char *)0)
void msg_say(const char *first, ...);

/* The same, followed by what the errno means. `err` is 0 or -errno. */
#define SAY_ERR(err, ...) msg_say_err((err), __VA_ARGS__, (const char *)0)
void msg_say_err(long err, const char *first, ...);

/* SAY, then the end of the machine: without init there is nothing to save. */
#define DIE(...)                  \
	do {                      \
		SAY(__VA_ARGS__); \
		msg_end();        \
	} while (0)
#define DIE_ERR(err, ...)                  \
	do {                               \
		SAY_ERR(err, __VA_ARGS__); \
		msg_end();                 \
	} while (0)

/* Ends the machine: a restart with `reboot=k` on the command line, which is
 * how an enclave ends, and which -no-reboot turns into QEMU's exit. */
_Noreturn void msg_end(void);

/* Decimal digits of v, in a buffer of the caller's. */
struct digits {
	char text[24];
};
const char *msg_number(struct digits *d, uint64_t v);
