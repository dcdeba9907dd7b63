/*
 * Writing to a file on another thread, while the caller makes the next bytes:
 * what takes the time of a processor is the kernel's copying, and a maker of
 * bytes need not wait for it. A few MiB lie between the two, however much is
 * written. With one processor there is no thread, and the same happens.
 *
 * Life: trail_open, trail_put as often as needed, trail_finish once, after
 * which all is in the file; trail_close at any time (DEFER works), which gives
 * up what is not written yet.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct trail;

/* The descriptor is the caller's. */
MUST_USE bool trail_open(struct trail **t, int fd, struct arena *a,
			 struct err *e);
/* These bytes to that place of the file; a copy is taken. Tells of any earlier
 * piece that could not be written. */
MUST_USE bool trail_put(struct trail *t, struct span s, uint64_t at,
			struct err *e);
MUST_USE bool trail_finish(struct trail *t, struct err *e);
void trail_close(struct trail **t);
