/*
 * Writes a file on another thread, while the caller makes the next bytes. The
 * kernel's copying takes processor time, and the caller does not have to wait
 * for it. At most a few MiB are queued between the two, however much is
 * written. With one processor there is no thread, and the result is the same.
 *
 * Life: trail_open, trail_put as often as needed, and trail_finish once, after
 * which all bytes are in the file; trail_close at any time (DEFER works), which
 * discards what is not written yet.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct trail;

/* The caller owns the descriptor; `end` is the present end of the file. */
MUST_USE bool trail_open(struct trail **t, int fd, uint64_t end,
			 struct arena *a, struct err *e);
/* Copies these bytes and writes them at that offset of the file. Reports any
 * earlier piece that could not be written. */
MUST_USE bool trail_put(struct trail *t, struct span s, uint64_t at,
			struct err *e);
/* Returns the end of the piece that was written last, or, before the first, the
 * file's end at trail_open. Everything up to there is in the file and can be
 * read. */
uint64_t trail_end(const struct trail *t);
MUST_USE bool trail_finish(struct trail *t, struct err *e);
void trail_close(struct trail **t);
