/*
 * Waiting for what others write or read. Each wait has an end, and Ctrl-C ends
 * it as well: a FIFO that nobody has at its other end, WAIT_PEER_SECONDS; a
 * pipe or socket from which nothing comes, WAIT_IDLE_SECONDS. VERACLAVE_WAIT
 * is another number of seconds for both. Terminals are waited for: a person
 * sits there.
 */
#pragma once

#include "base/err.h"

enum {
	WAIT_PEER_SECONDS = 60,
	WAIT_IDLE_SECONDS = 3600,
	WAIT_MOST_SECONDS = 7 * 24 * 3600,
};

/* open(2) with these flags, that waits for the other end of a FIFO no longer
 * than that: ERR_SYS "wait-peer". The descriptor blocks. */
MUST_USE bool wait_open(const char *path, int flags, int *fd, struct err *e);
/* Until there is something to read, or the end: ERR_SYS "wait-idle". True at
 * once for what is no pipe or socket. */
MUST_USE bool wait_readable(int fd, struct err *e);
