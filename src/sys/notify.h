/*
 * Provides a device for one program and its descendants, without privileges,
 * kernel module or recompilation. The program runs under a seccomp filter,
 * whose user notifications (seccomp_unotify(2)) report its attempts to open the
 * device, and the one ioctl that the device has.
 *
 * The program gets a real descriptor of /dev/null, which can be duplicated,
 * inherited, sent, polled and closed without us. If the kernel cannot compare
 * open files (kcmp), an empty memory file is used instead.
 *
 * The program can neither trace us nor stop us by a signal to our id, whatever
 * its privileges: the filter refuses it.
 *
 * The filter does not see programs of another architecture, opens by io_uring,
 * and other spellings of the path. The program cannot gain privileges
 * (no_new_privs), and the kernel refuses it a notifying filter of its own.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

struct notify_plan {
	const char *const *argv; /* ends in NULL; argv[0] is found in PATH */
	const char *path;        /* of the device */
	unsigned major, minor;   /* its number, which stat reports */
	uint32_t ioctl;          /* argument: struct notify_raw */
	size_t request_max;      /* larger requests get EMSGSIZE */
	uint64_t delay_ms;       /* before each answer */
	/* Answers a request. False: the machine failed, the program gets EIO,
	 * and we end. */
	bool (*answer)(void *self, struct span request, struct buf *out,
		       struct err *e);
	void *self;
};

struct notify;

/* Starts the program, with our standard input, output and error. Fails with
 * ERR_NOTFOUND if it does not exist. The kernel kills the program when we
 * end. */
MUST_USE bool notify_start(struct notify **n, const struct notify_plan *p,
			   struct err *e);
/* This descriptor is readable when a notification must be served. */
int notify_fd(const struct notify *n);
/* This descriptor is readable when a signal has come or a child has ended. */
int notify_signal_fd(const struct notify *n);
/* Returns milliseconds until notify_serve must be called in any case; -1:
 * never. */
int notify_due(const struct notify *n);
/* Serves the pending notifications. */
MUST_USE bool notify_serve(struct notify *n, struct err *e);
/*
 * Returns true once the program has ended. *status is its exit status, or 128 +
 * the signal. Signals are forwarded to the program, except those that the
 * terminal sends it.
 */
bool notify_ended(struct notify *n, int *status);
/* Kills the program if it still runs, and its descendants. */
void notify_close(struct notify **n); /* NULL is fine; DEFER works */
