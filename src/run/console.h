/*
 * Reads what a guest writes to its console, and finds the line in which our
 * init reports how the application ended.
 */
#pragma once

#include "base/span.h"

enum { CONSOLE_LINE = 512 };

struct console {
	char line[CONSOLE_LINE]; /* the line being received, truncated */
	size_t n;
	char last[CONSOLE_LINE]; /* the last complete line, NUL-terminated */
	bool ended;              /* init has reported */
	unsigned status;         /* if so: its status, as a shell reports it */
};

void console_feed(struct console *c, struct span s);
