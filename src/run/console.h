/*
 * What a guest writes to its console, watched for the line in which our init
 * says how the application ended.
 */
#pragma once

#include "base/span.h"

enum { CONSOLE_LINE = 512 };

struct console {
	char line[CONSOLE_LINE]; /* the line being received, cut off */
	size_t n;
	char last[CONSOLE_LINE]; /* the last complete line, NUL-terminated */
	bool ended;              /* init has reported */
	unsigned status;         /* then: as a shell counts */
};

void console_feed(struct console *c, struct span s);
