/*
 * Offers the simulated module to programs: as /dev/nsm to one program and its
 * descendants, and on a UNIX socket to every process that may connect.
 *
 * On the socket each message is preceded by its length, four bytes in
 * big-endian order; the message is what would go through the device. Requests
 * and answers alternate. A connection that announces more than 4096 bytes is
 * answered with InputTooLarge and closed.
 */
#pragma once

#include "sim/sim.h"

struct serve_plan {
	struct sim *sim;
	const char *const *argv; /* the program; NULL: serve until a signal */
	const char *socket;      /* or NULL */
	uint64_t delay_ms;       /* before each answer on the device */
	uint64_t start_ms;       /* the initial time of the clock */
};

/* Serves until the program ends or a signal arrives. *status is the program's
 * exit status, or 0 after a signal to us. */
MUST_USE bool serve(const struct serve_plan *p, int *status, struct err *e);
