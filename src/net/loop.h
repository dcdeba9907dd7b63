/*
 * An event loop over poll(2). The caller owns each watch and its descriptor;
 * the loop keeps a pointer between loop_add and loop_remove, and allocates
 * nothing.
 */
#pragma once

#include "base/err.h"

enum { LOOP_MAX = 512 };

/* Events of a watch, as bits. */
enum {
	LOOP_IN = 1,  /* readable */
	LOOP_OUT = 2, /* writable */
	LOOP_END = 4, /* hung up or broken; IN and OUT are set as requested */
	LOOP_DUE = 8, /* the time due_ns has come */
};

struct watch {
	int fd;          /* negative: none */
	bool in, out;    /* wait until it is readable, writable */
	uint64_t due_ns; /* monotonic time of one LOOP_DUE; 0: none */
	/* Handles the events; may change, add and remove any watch. Returns
	 * false with an error to end the turn. NULL: only ends the wait. */
	bool (*ready)(void *self, unsigned events, struct err *e);
	void *self;
	unsigned events; /* private to the loop */
};

struct loop {
	struct watch *watch[LOOP_MAX]; /* NULL: removed during this turn */
	size_t n;
	bool stopped;
};

/* Fails with ERR_LIMIT if there are LOOP_MAX watches. A watch that a callback
 * adds gets its first event in the next turn. */
MUST_USE bool loop_add(struct loop *l, struct watch *w, struct err *e);
/* Does nothing if the watch was not added. Its callback is not called any more.
 * The owner removes a watch before it frees or reuses its memory. */
void loop_remove(struct loop *l, const struct watch *w);
/* A callback calls this to end the turn: no further callback is called. */
void loop_stop(struct loop *l);
/* Waits for events, at most timeout_ms milliseconds (-1: no limit), and calls
 * the callbacks of the watches in the order in which they were added. A signal
 * ends the wait. Returns false if a callback or the kernel fails. */
MUST_USE bool loop_turn(struct loop *l, int timeout_ms, struct err *e);
