/*
 * Lends the simulated module to programs: as /dev/nsm to one program and what
 * it starts, and on a UNIX socket to anybody who may connect.
 *
 * On the socket a message is its length, four bytes in big-endian order, and
 * then that many bytes of what would go through the device. Requests and
 * answers alternate. A connection that announces more than 4096 bytes is
 * answered with InputTooLarge and closed.
 */
#pragma once

#include "sim/sim.h"

struct serve_plan {
	struct sim *sim;
	const char *const *argv; /* the program, or NULL: until a signal */
	const char *socket;      /* or NULL */
	uint64_t delay_ms;       /* before each answer on the device */
	uint64_t start_ms;       /* what the clock says now */
};

/* *status: the program's, or 0 after a signal to us. */
MUST_USE bool serve(const struct serve_plan *p, int *status, struct err *e);
