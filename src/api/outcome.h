/* How calls of the public API end: a status, and the sentences about it. */
#pragma once

#include "base/arena.h"
#include "veraclave/common.h"

/* An error's sentence and its hint, to read. */
struct told {
	char text[sizeof(((struct err *)NULL)->msg) +
		  sizeof(((struct err *)NULL)->hint) + 8];
};

/* The status of a call that failed with *e, and its sentences. `a` is what the
 * call allocated from: when it is full, memory is what is missing. */
enum veraclave_status outcome(const struct err *e, const struct arena *a,
			      struct told *out);
