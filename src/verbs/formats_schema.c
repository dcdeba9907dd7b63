/* JSON Schema (json-schema.org, draft 2020-12) from the rows of a format. */
#include "verbs/formats.h"

#include <string.h>

#include "codec/jwrite.h"

enum { STEPS_MAX = 4 };

/* A name in a path: in "a[].b" a, whose `upto` is "a[]", and b. */
struct step {
	char name[64];
	bool list;
	struct span upto; /* the path as far as this */
};

struct steps {
	struct step v[STEPS_MAX];
	size_t n;
};

static struct steps
steps_of(const char *path)
{
	struct steps s = { .n = 0 };
	struct span all = span_str(path), rest = all;
	while (rest.n) {
		struct span name = span_cut(&rest, '.');
		ASSERT(s.n < STEPS_MAX);
		struct step *p = &s.v[s.n++];
		size_t end = (size_t)(name.p - all.p) + name.n;
		p->upto = span_sub(all, 0, end);
		p->list = span_ends(name, SPAN("[]"));
		name.n -= p->list ? 2 : 0;
		ASSERT(name.n < sizeof p->name);
		memcpy(p->name, name.p, name.n);
		p->name[name.n] = 0;
	}
	return s;
}

static bool
below(struct span path, struct span map)
{
	return map.n == 0 || (path.n > map.n && span_starts(path, map) &&
			      path.p[map.n] == '.');
}

/* Any register's number stands for the name. */
static bool
is_number(const char *name)
{
	return strcmp(name, "N") == 0;
}

/* What an object has: the keys that are always there, and which names its
 * members go by. `depth` is the step of the map in paths below it, from 1. */
static void
begin_object(struct jw *w, const struct format *f, struct span map,
	     size_t depth)
{
	struct step last = { .list = false };
	bool numbers = false;
	jw_str(w, "type", "object");
	jw_list(w, "required");
	for (size_t i = 0; i < f->n; i++) {
		struct steps s = steps_of(f->key[i].path);
		if (!below(span_str(f->key[i].path), map) || s.n <= depth)
			continue;
		const struct step *child = &s.v[depth];
		numbers |= is_number(child->name);
		if ((f->key[i].type & FORMAT_SOMETIMES) ||
		    is_number(child->name) ||
		    strcmp(child->name, last.name) == 0)
			continue;
		jw_str(w, NULL, child->name);
		last = *child;
	}
	jw_end(w);
	jw_map(w, numbers ? "patternProperties" : "properties");
}

static void
put_type(struct jw *w, const struct format_key *k)
{
	static const struct {
		unsigned type;
		const char *word;
	} words[] = {
		{ FORMAT_STRING | FORMAT_HEX, "string" },
		{ FORMAT_NUMBER, "integer" },
		{ FORMAT_BOOL, "boolean" },
		{ FORMAT_OBJECT, "object" },
		{ FORMAT_NULL, "null" },
	};
	bool several = k->type & FORMAT_NULL;
	if (several)
		jw_list(w, "type");
	for (size_t i = 0; i < COUNT(words); i++)
		if (k->type & words[i].type)
			jw_str(w, several ? NULL : "type", words[i].word);
	if (several)
		jw_end(w);
	if (k->type & FORMAT_HEX)
		jw_str(w, "pattern", "^([0-9a-f]{2})*$");
}

static void
put_key(struct jw *w, const struct format_key *k, const struct step *s,
	const char *schema)
{
	jw_map(w, is_number(s->name) ? "^([0-9]|[12][0-9]|3[01])$" : s->name);
	jw_str(w, "description", k->help);
	if (strcmp(k->path, "schema") == 0) {
		jw_str(w, "const", schema);
	} else if (s->list) {
		jw_str(w, "type", "array");
		jw_map(w, "items");
		put_type(w, k);
		jw_end(w);
	} else {
		put_type(w, k);
	}
	jw_end(w);
}

static void
open_map(struct jw *w, const struct format *f, const struct step *s,
	 size_t depth)
{
	jw_map(w, s->name);
	if (s->list) {
		jw_str(w, "type", "array");
		jw_map(w, "items");
	}
	begin_object(w, f, s->upto, depth);
}

static void
close_map(struct jw *w, const struct step *s)
{
	jw_end(w); /* of its members */
	jw_end(w);
	if (s->list)
		jw_end(w);
}

bool
format_schema(enum format_id id, struct buf *b, struct err *e)
{
	const struct format *f = &formats[id];
	struct jw w = jw_into(b, 2);
	struct steps open = { .n = 0 };
	jw_map(&w, NULL);
	jw_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_str(&w, "title", format_names[id]);
	jw_str(&w, "description", f->help);
	begin_object(&w, f, (struct span){ 0 }, 0);
	for (size_t i = 0; i < f->n; i++) {
		struct steps s = steps_of(f->key[i].path);
		size_t same = 0;
		while (same < open.n && same + 1 < s.n &&
		       span_eq(open.v[same].upto, s.v[same].upto))
			same++;
		while (open.n > same)
			close_map(&w, &open.v[--open.n]);
		for (; open.n + 1 < s.n; open.n++) {
			open.v[open.n] = s.v[open.n];
			open_map(&w, f, &s.v[open.n], open.n + 1);
		}
		put_key(&w, &f->key[i], &s.v[s.n - 1], format_names[id]);
	}
	while (open.n)
		close_map(&w, &open.v[--open.n]);
	jw_end(&w);
	jw_end(&w);
	buf_u8(b, '\n');
	return jw_ok(&w, e);
}
