/*
 * Sockets, and waiting for descriptors. Descriptors made here are close-on-exec
 * and do not block, except where a function says otherwise.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* What came of one read or write. */
enum io {
	IO_DONE,  /* at least one byte went through */
	IO_AGAIN, /* nothing now, perhaps later */
	IO_END,   /* the other side has finished */
	IO_FAIL,  /* broken */
};
enum io sock_read(int fd, void *p, size_t n, size_t *got);
enum io sock_write(int fd, const void *p, size_t n, size_t *done);
/* No more will be sent; reading goes on. */
void sock_shut_write(int fd);

MUST_USE bool sock_pair(int fd[2], struct err *e);
/* A listening UNIX socket; the name must be free. */
MUST_USE bool sock_listen_unix(const char *path, int *fd, struct err *e);
bool sock_is(int fd);
/* A connection to one; reading and writing wait. */
MUST_USE bool sock_connect_unix(const char *path, int *fd, struct err *e);
/* A listening TCP socket on 127.0.0.1; port 0 takes a free one. */
MUST_USE bool sock_listen_loopback(uint16_t port, int *fd, uint16_t *real,
				   struct err *e);
/* A connection to 127.0.0.1; waits until it stands or is refused. */
MUST_USE bool sock_connect_loopback(uint16_t port, int *fd, struct err *e);
/* -1 when nobody is waiting. The result does not block. */
int sock_accept(int listener);
/* The same, and reading from the result blocks. */
int sock_accept_blocking(int listener);

/* Waiting for several descriptors. */
struct wait {
	int fd;                   /* negative: passed over */
	bool in, out;             /* wanted */
	bool can_read, can_write; /* what came; an end counts as both */
};
/* -1 waits without limit. False only when the kernel refuses. */
MUST_USE bool wait_for(struct wait *w, size_t n, int timeout_ms, struct err *e);
