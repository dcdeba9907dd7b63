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

/* The descriptor is the caller's; the file ends at `end` by now. */
MUST_USE bool trail_open(struct trail **t, int fd, uint64_t end,
			 struct arena *a, struct err *e);
/* These bytes to that place of the file; a copy is taken. Tells of any earlier
 * piece that could not be written. */
MUST_USE bool trail_put(struct trail *t, struct span s, uint64_t at,
			struct err *e);
/* Where the piece ends that was written last, and, before the first, where the
 * file did. What was put up to that piece is in the file and can be read. */
uint64_t trail_end(const struct trail *t);
MUST_USE bool trail_finish(struct trail *t, struct err *e);
void trail_close(struct trail **t);
