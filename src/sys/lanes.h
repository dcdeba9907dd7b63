/*
 * One producer, a few consumers, each on its own thread, over a small ring of
 * blocks that all consumers see: every consumer gets every block, in order.
 * Memory is the ring's, however much goes through.
 *
 * With one processor (or threads off) there are no threads: lanes_pass calls
 * the consumers one after the other, and the result is the same.
 *
 * Life: lanes_open, then lanes_block and lanes_pass alternately, then
 * lanes_finish once; lanes_close at any time (DEFER(lanes_close) works), which
 * stops the threads. Consumers' state belongs to them until lanes_finish or
 * lanes_close returns.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* A piece of the stream. `about` says what it is, between producer and
 * consumers. */
struct lane_block {
	uint8_t *p;
	size_t n;
	void *about; /* the plan's `about` bytes; NULL when that is 0 */
};

struct lane {
	/* false stops the whole; *e reaches the producer. */
	bool (*take)(void *self, const struct lane_block *b, struct err *e);
	void *self;
};

struct lanes;

enum { LANES_MAX = 8 };

/* `lane` has n rows (1..LANES_MAX), copied. The ring has `blocks` (2 or more)
 * of `size` bytes, and `about` bytes for what each is, from the arena. threads
 * false: never use any. */
struct lanes_plan {
	const struct lane *lane;
	size_t n;
	size_t blocks, size, about;
	bool threads;
};
MUST_USE bool lanes_open(struct lanes **l, const struct lanes_plan *plan,
			 struct arena *a, struct err *e);
/* The next block to fill (p, with room for `size` bytes; n is 0). Waits until
 * all consumers have done with it. Fails when a consumer has failed. Calling
 * it again before lanes_pass gives the same block. */
MUST_USE bool lanes_block(struct lanes *l, struct lane_block **b,
			  struct err *e);
/* Hands that block, with its n and *about set, to all consumers. */
MUST_USE bool lanes_pass(struct lanes *l, struct err *e);
/* Blocks that lanes_block gives now without waiting. */
size_t lanes_room(struct lanes *l);
/* Waits until everything is consumed, and ends the threads. */
MUST_USE bool lanes_finish(struct lanes *l, struct err *e);
void lanes_close(struct lanes **l);
