#include "cli/bar.h"

#include <stdio.h>
#include <string.h>

#include "base/fmt.h"
#include "sys/env.h"

enum { EVERY_NS = 80 * 1000 * 1000, CELLS = 24 };

/* columns beside the cells: a narrow terminal gets no bar, for a line that
 * wraps cannot be drawn over */
enum { ROOM = 36 };

static void
step(void *self, const char *what, uint64_t done, uint64_t total)
{
	struct bar *b = self;
	char cells[CELLS + 1];
	uint64_t now = sys_monotonic_ns();
	if (b->shown && b->what == what && now - b->drawn_ns < EVERY_NS)
		return;
	b->drawn_ns = now;
	b->what = what;
	b->shown = true;
	if (total == 0) {
		fprintf(stderr, "\r\033[K%s %s", what, show_size(done).s);
		return;
	}
	if (done > total)
		done = total;
	size_t wide = b->width < ROOM + CELLS ? 0 : CELLS;
	size_t full = (size_t)((double)done / (double)total * (double)wide);
	memset(cells, '.', wide);
	memset(cells, '#', full);
	cells[wide] = '\0';
	if (!wide) {
		fprintf(stderr, "\r\033[K%s %u%%", what,
			(unsigned)((double)done / (double)total * 100));
		return;
	}
	fprintf(stderr, "\r\033[K%-12s [%s] %3u%%  %s", what, cells,
		(unsigned)((double)done / (double)total * 100),
		show_size(total).s);
}

struct progress *
bar_init(struct bar *b, bool quiet)
{
	const char *term = sys_env("TERM");
	*b = (struct bar){ .progress = { step, b },
			   .width = sys_terminal_width(2) };
	if (quiet || sys_env("CI") || !sys_is_terminal(2) ||
	    (term && strcmp(term, "dumb") == 0))
		return NULL;
	return &b->progress;
}

void
bar_done(struct bar *b)
{
	if (b->shown)
		fprintf(stderr, "\r\033[K");
	b->shown = false;
}
