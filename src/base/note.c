#include "base/note.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
add(struct notes *n, enum note_kind kind, const char *id, const char *text)
{
	struct note *x = NEW(n->arena, struct note, 1);
	if (x)
		*x = (struct note){
			.kind = kind,
			.id = id,
			.text = arena_cstr(n->arena, span_str(text)),
		};
	if (!x || !x->text) {
		n->failed = true;
		return;
	}
	if (n->last)
		n->last->next = x;
	else
		n->first = x;
	n->last = x;
	n->n++;
}

void
note_info(struct notes *n, const char *id, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	add(n, NOTE_INFO, id, text);
}

void
note_warn(struct notes *n, const char *id, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	add(n, NOTE_WARN, id, text);
}

bool
note_has(const struct notes *n, const char *id)
{
	for (const struct note *x = n->first; x; x = x->next)
		if (strcmp(x->id, id) == 0)
			return true;
	return false;
}
