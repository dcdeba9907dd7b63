/*
 * Lines on the console, all beginning with `veraclave-init: `.
 */
#pragma once

#include <stdint.h>

/* Prints one line, made of the given strings; each call is one write. */
#define SAY(...) msg_say(__VA_ARGS__, (const char *)0)
void msg_say(const char *first, ...);

/* The same, followed by the meaning of the errno. `err` is 0 or -errno. */
#define SAY_ERR(err, ...) msg_say_err((err), __VA_ARGS__, (const char *)0)
void msg_say_err(long err, const char *first, ...);

/* SAY, then the end of the machine: without init it cannot continue. */
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

/* Ends the machine by a restart. With `reboot=k` on the command line this ends
 * an enclave; with -no-reboot it ends QEMU. */
_Noreturn void msg_end(void);

/* Decimal digits of v, in a buffer that the caller owns. */
struct digits {
	char text[24];
};
const char *msg_number(struct digits *d, uint64_t v);
