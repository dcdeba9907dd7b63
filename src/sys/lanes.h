/*
 * One producer and a few consumers, each on its own thread, over a small ring
 * of blocks: every consumer gets every block, in order. Memory is that of the
 * ring, however many bytes pass through it.
 *
 * With one processor (or threads off) there are no threads: lanes_pass calls
 * the consumers one after the other, and the result is the same.
 *
 * Life: lanes_open, then lanes_block and lanes_pass alternately, then
 * lanes_finish once; lanes_close at any time (DEFER(lanes_close) works), which
 * stops the threads. Consumers own their state until lanes_finish or
 * lanes_close returns.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* A piece of the stream. `about` describes it; only producer and consumers
 * interpret that. */
struct lane_block {
	uint8_t *p;
	size_t n;
	void *about; /* the plan's `about` bytes; NULL when that is 0 */
};

struct lane {
	/* Consumes a block. False stops the stream; *e reaches the producer. */
	bool (*take)(void *self, const struct lane_block *b, struct err *e);
	void *self;
};

struct lanes;

enum { LANES_MAX = 8 };

/* `lane` has n rows (1..LANES_MAX) and is copied. The ring has `blocks` (2 or
 * more) of `size` bytes, each with `about` bytes of description, from the
 * arena. threads false: start no thread. */
struct lanes_plan {
	const struct lane *lane;
	size_t n;
	size_t blocks, size, about;
	bool threads;
};
MUST_USE bool lanes_open(struct lanes **l, const struct lanes_plan *plan,
			 struct arena *a, struct err *e);
/* Returns the next block to fill (p has room for `size` bytes; n is 0). Waits
 * until all consumers have finished with it. Fails if a consumer has failed. A
 * second call before lanes_pass returns the same block. */
MUST_USE bool lanes_block(struct lanes *l, struct lane_block **b,
			  struct err *e);
/* Hands that block, with its n and *about set, to all consumers. */
MUST_USE bool lanes_pass(struct lanes *l, struct err *e);
/* Returns how many blocks lanes_block can return now without waiting. */
size_t lanes_room(struct lanes *l);
/* Waits until all blocks are consumed, and ends the threads. */
MUST_USE bool lanes_finish(struct lanes *l, struct err *e);
void lanes_close(struct lanes **l);
