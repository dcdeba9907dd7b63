/* The progress bar: one line on stderr, only on a terminal. */
#pragma once

#include "base/progress.h"

struct bar {
	struct progress progress;
	uint64_t drawn_ns; /* when it was last drawn */
	const char *what;
	unsigned width;
	bool shown;
};

/* Returns NULL without a terminal, with --quiet, CI or TERM=dumb. */
struct progress *bar_init(struct bar *b, bool quiet);
/* Clears the line. */
void bar_done(struct bar *b);
