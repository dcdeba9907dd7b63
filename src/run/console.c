#include "run/console.h"

#include <string.h>

#include "base/num.h"

#define REPORT "veraclave-init: application exited with status "

/* The report may follow output of the application on the same line. */
static void
look(struct console *c)
{
	const char *at = strstr(c->last, REPORT);
	uint64_t status;
	if (!at)
		return;
	struct span rest = span_str(at + strlen(REPORT));
	struct span number = span_cut(&rest, ' ');
	if (!num_parse(number, &status) || status > 255)
		return;
	c->ended = true;
	c->status = (unsigned)status;
}

void
console_feed(struct console *c, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n') {
			memcpy(c->last, c->line, c->n);
			c->last[c->n] = '\0';
			c->n = 0;
			look(c);
		} else if (s.p[i] != '\r' && s.p[i] != '\0' &&
			   c->n < CONSOLE_LINE - 1) {
			c->line[c->n++] = (char)s.p[i];
		}
	}
}
