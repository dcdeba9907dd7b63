/*
 * A device for one program and what it starts, without privileges, kernel
 * module or recompilation: the program runs under a seccomp filter whose
 * user notifications (seccomp_unotify(2)) bring its attempts to open the
 * device here, and the one ioctl that the device has.
 *
 * What the program gets is a real descriptor, of /dev/null: it can be
 * duplicated, inherited, sent, polled and closed without us. Where the kernel
 * cannot compare open files (kcmp), an empty memory file stands in.
 *
 * The program can neither trace us nor stop us by a signal to our id, whatever
 * its privileges: the filter refuses it.
 *
 * Not seen: programs of another architecture than ours, opens by io_uring, and
 * other spellings of the path. The program cannot gain privileges
 * (no_new_privs), and a notifying filter of its own is refused by the kernel.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

struct notify_plan {
	const char *const *argv; /* ends in NULL; argv[0] is found in PATH */
	const char *path;        /* of the device */
	unsigned major, minor;   /* its number, for who looks */
	uint32_t ioctl;          /* argument: struct notify_raw */
	size_t request_max;      /* larger ones get EMSGSIZE */
	uint64_t delay_ms;       /* before each answer */
	/* false: the machine failed; the program gets EIO, and we end. */
	bool (*answer)(void *self, struct span request, struct buf *out,
		       struct err *e);
	void *self;
};

struct notify;

/* Starts the program, with our standard input, output and error. ERR_NOTFOUND
 * when there is none. It dies when we do. */
MUST_USE bool notify_start(struct notify **n, const struct notify_plan *p,
			   struct err *e);
/* Readable when something is to be served. */
int notify_fd(const struct notify *n);
/* Readable when a signal has come, or a child has ended. */
int notify_signal_fd(const struct notify *n);
/* Milliseconds until notify_serve must be called anyway; -1: never. */
int notify_due(const struct notify *n);
/* Serves what waits. */
MUST_USE bool notify_serve(struct notify *n, struct err *e);
/*
 * True once the program has ended. *status: its exit status, or 128 + the
 * signal. Signals that are not the terminal's own go on to the program.
 */
bool notify_ended(struct notify *n, int *status);
/* Kills the program when it still runs, and what it started and left. */
void notify_close(struct notify **n); /* NULL is fine; DEFER works */
