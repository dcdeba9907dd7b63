/*
 * Remarks that a piece of work leaves for the person who asked for it:
 * warnings and facts, each with a stable name. The command prints them on
 * stderr and puts them into --json; libraries never print.
 */
#pragma once

#include "base/arena.h"

enum note_kind { NOTE_INFO, NOTE_WARN };

struct note {
	enum note_kind kind;
	const char *id;   /* stable name, a literal */
	const char *text; /* one sentence, foreign text already escaped */
	const struct note *next;
};

/* A zeroed struct with an arena is an empty list. */
struct notes {
	struct arena *arena;
	const struct note *first;
	struct note *last;
	size_t n;
	bool failed; /* a note was lost: the arena is full */
};

void note_info(struct notes *n, const char *id, const char *fmt, ...)
	PRINTF(3, 4);
void note_warn(struct notes *n, const char *id, const char *fmt, ...)
	PRINTF(3, 4);
bool note_has(const struct notes *n, const char *id);
