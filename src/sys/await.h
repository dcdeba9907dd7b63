/*
 * Waits for a program at the other end of a file. Each wait is limited, and
 * Ctrl-C ends it: WAIT_PEER_SECONDS for a FIFO that no other program opens,
 * WAIT_IDLE_SECONDS for a pipe or socket from which nothing comes. The
 * environment variable VERACLAVE_WAIT replaces both numbers of seconds. Waits
 * for a terminal are not limited, because a person types there.
 */
#pragma once

#include "base/err.h"

enum {
	WAIT_PEER_SECONDS = 60,
	WAIT_IDLE_SECONDS = 3600,
	WAIT_MOST_SECONDS = 7 * 24 * 3600,
};

/* Calls open(2) with these flags, and waits at most WAIT_PEER_SECONDS for the
 * other end of a FIFO: ERR_SYS "wait-peer". The descriptor blocks. */
MUST_USE bool wait_open(const char *path, int flags, int *fd, struct err *e);
/* Waits until there is something to read, or the end of the file: ERR_SYS
 * "wait-idle". Returns true at once if fd is neither a pipe nor a socket. */
MUST_USE bool wait_readable(int fd, struct err *e);
