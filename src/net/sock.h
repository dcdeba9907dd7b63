/*
 * Sockets, and waiting for descriptors. Descriptors made here are close-on-exec
 * and do not block, except where a comment states otherwise.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* The result of one read or write. */
enum io {
	IO_DONE,  /* at least one byte was transferred */
	IO_AGAIN, /* no byte was transferred; try again later */
	IO_END,   /* the other side has finished */
	IO_FAIL,  /* the descriptor failed */
};
enum io sock_read(int fd, void *p, size_t n, size_t *got);
enum io sock_write(int fd, const void *p, size_t n, size_t *done);
/* Ends sending; reading continues. */
void sock_shut_write(int fd);

MUST_USE bool sock_pair(int fd[2], struct err *e);
/* Makes a listening UNIX socket; the path must not exist. */
MUST_USE bool sock_listen_unix(const char *path, int *fd, struct err *e);
/* Returns whether fd is a socket. */
bool sock_is(int fd);
/* Connects to a UNIX socket; the result blocks. */
MUST_USE bool sock_connect_unix(const char *path, int *fd, struct err *e);
/* Makes a listening TCP socket on 127.0.0.1; port 0 picks a free port. *real is
 * the port. */
MUST_USE bool sock_listen_loopback(uint16_t port, int *fd, uint16_t *real,
				   struct err *e);
/* Connects to 127.0.0.1; waits until the connection is established or
 * refused. */
MUST_USE bool sock_connect_loopback(uint16_t port, int *fd, struct err *e);
/* Returns a connection that does not block, or -1 if none is pending. */
int sock_accept(int listener);
/* Returns a connection that blocks, or -1. */
int sock_accept_blocking(int listener);

/* A descriptor that wait_for waits for. */
struct wait {
	int fd;                   /* negative: skipped */
	bool in, out;             /* wait until readable, writable */
	bool can_read, can_write; /* the result; an end sets both */
};
/* Waits at most timeout_ms milliseconds (-1: no limit) for any of n
 * descriptors. Returns false only if poll fails. */
MUST_USE bool wait_for(struct wait *w, size_t n, int timeout_ms, struct err *e);
