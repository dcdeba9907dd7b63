#include "cli/opt.h"

#include <stdio.h>
#include <string.h>

#include "base/fmt.h"
#include "base/near.h"
#include "base/num.h"

static bool
unknown(const struct opt *rows, const char *name, struct err *e)
{
	const struct opt *best = NULL;
	const char *bare = name[1] == '-' ? name + 2 : name;
	size_t least = near_enough(strlen(bare)) + 1;
	err_set(e, ERR_USAGE, "unknown option %s", show_str(name).s);
	if (strcmp(name, "-V") == 0 || strcmp(name, "--version") == 0)
		return err_hint(e, "\"veraclave --version\" prints the version"
				   " of the program, without a verb");
	/* every short name is similar to a single letter */
	for (const struct opt *o = rows; bare[1] && o->name; o++) {
		bool begins = strncmp(o->name, bare, strlen(bare)) == 0;
		size_t d = begins ? 1 : near_distance(o->name, bare);
		if (!o->hidden && d < least) {
			best = o;
			least = d;
		}
	}
	if (best)
		return err_hint(e, "did you mean --%s?", best->name);
	return err_hint(e, "--help lists the options");
}

bool
opt_repeats(const struct opt *o)
{
	return o->kind == OPT_KIND_LIST || o->kind == OPT_KIND_STRINGS;
}

static const struct opt *
by_name(const struct opt *rows, struct span name)
{
	for (const struct opt *o = rows; o->name; o++)
		if (span_is(name, o->name))
			return o;
	return NULL;
}

static const struct opt *
by_letter(const struct opt *rows, char c)
{
	for (const struct opt *o = rows; o->name; o++)
		if (c && o->short_name == c)
			return o;
	return NULL;
}

static bool
store_number(const struct opt *o, void *at, const char *v, struct err *e)
{
	uint64_t n;
	bool size = o->kind == OPT_KIND_SIZE;
	bool epoch = strcmp(o->arg, "EPOCH") == 0;
	bool ok = size ? num_parse_size(span_str(v), &n)
		       : num_parse(span_str(v), &n);
	if (!ok) {
		err_set(e, ERR_USAGE, "--%s %s: not a %s", o->name,
			show_str(v).s, size ? "size" : "number");
		return err_hint(e, size    ? "write it as 512M or 2GiB"
				   : epoch ? "it is in seconds since 1970: "
					     "date -d 2026-01-31T12:00Z +%%s"
					   : "write it in decimal digits");
	}
	if (n < o->min || n > o->max)
		return err_set(
			e, ERR_USAGE, "--%s %s: must be between %llu and %llu",
			o->name, show_str(v).s, (unsigned long long)o->min,
			(unsigned long long)o->max);
	*(uint64_t *)at = n;
	return true;
}

static bool
store_choice(const struct opt *o, void *at, const char *v, struct err *e)
{
	char all[200] = "";
	for (unsigned i = 0; o->choice[i]; i++) {
		size_t n = strlen(all);
		if (strcmp(o->choice[i], v) == 0) {
			*(unsigned *)at = i;
			return true;
		}
		snprintf(all + n, sizeof all - n, "%s%s", n ? ", " : "",
			 o->choice[i]);
	}
	err_set(e, ERR_USAGE, "--%s %s: unknown", o->name, show_str(v).s);
	return err_hint(e, "choose one of: %s", all);
}

static bool
list_add(struct opt_list *l, const char *v, struct arena *a, struct err *e)
{
	/* room doubles whenever n is a power of two */
	if ((l->n & (l->n - 1)) == 0) {
		const char **more = NEW(a, const char *, l->n ? l->n * 2 : 1);
		if (!more)
			return err_full(e, "the command line");
		if (l->n)
			memcpy(more, l->v, l->n * sizeof *more);
		l->v = more;
	}
	l->v[l->n++] = v;
	return true;
}

static bool
strings_add(struct strings *l, const char *v, struct arena *a, struct err *e)
{
	/* as above */
	if ((l->n & (l->n - 1)) == 0) {
		struct span *more = NEW(a, struct span, l->n ? l->n * 2 : 1);
		if (!more)
			return err_full(e, "the command line");
		if (l->n)
			memcpy(more, l->v, l->n * sizeof *more);
		l->v = more;
	}
	l->v[l->n++] = span_str(v);
	return true;
}

struct parse {
	const struct opt *rows;
	char *into;
	struct arena *arena;
	struct opt_line *line;
	bool *seen; /* one a row */
	int at;
	char **argv;
};

/* Refuses an empty file name, which usually is an unset shell variable. */
static bool
names_file(const struct opt *o)
{
	static const char *const files[] = { "FILE", "DIR", "PATH", "KEY",
					     "SOURCE" };
	for (size_t i = 0; o->arg && i < COUNT(files); i++)
		if (strcmp(o->arg, files[i]) == 0)
			return true;
	return false;
}

static bool
no_name(const struct opt *o, struct err *e)
{
	err_set(e, ERR_USAGE, "--%s is empty: a file name is required",
		o->name);
	return err_hint(e,
			"is a variable not set? Leave the option out where"
			" there is no %s",
			o->arg);
}

/* Notes that the option was given; only a list may be given twice. */
static bool
note_given(struct parse *p, const struct opt *o, struct err *e)
{
	bool *seen = &p->seen[o - p->rows];
	if (*seen)
		return opt_repeats(o) ||
		       err_set(e, ERR_USAGE, "--%s is given twice", o->name);
	*seen = true;
	p->line->given[p->line->n++] = o;
	return true;
}

static bool
store(struct parse *p, const struct opt *o, const char *v, struct err *e)
{
	void *at = p->into + o->offset;
	if (!note_given(p, o, e))
		return false;
	if (v && !v[0] && names_file(o))
		return no_name(o, e);
	switch (o->kind) {
	case OPT_KIND_FLAG:
		*(bool *)at = true;
		return true;
	case OPT_KIND_STR:
		*(const char **)at = v;
		return true;
	case OPT_KIND_U64:
	case OPT_KIND_SIZE:
		return store_number(o, at, v, e);
	case OPT_KIND_ENUM:
		return store_choice(o, at, v, e);
	case OPT_KIND_LIST:
		return list_add(at, v, p->arena, e);
	case OPT_KIND_STRINGS:
		return strings_add(at, v, p->arena, e);
	case OPT_KIND_PICK:
		*(unsigned *)at = (unsigned)o->min;
		return true;
	}
	UNREACHABLE();
}

static bool
takes_value(const struct opt *o)
{
	return o->kind != OPT_KIND_FLAG && o->kind != OPT_KIND_PICK;
}

/* The value of an option: `inlined`, or else the next argument. */
static bool
with_value(struct parse *p, const struct opt *o, const char *inlined,
	   struct err *e)
{
	if (!takes_value(o) && inlined)
		return err_set(e, ERR_USAGE, "--%s takes no value", o->name);
	if (!takes_value(o) || inlined)
		return store(p, o, inlined, e);
	if (!p->argv[p->at])
		return err_set(e, ERR_USAGE, "--%s needs a value: %s", o->name,
			       o->arg);
	return store(p, o, p->argv[p->at++], e);
}

static bool
long_option(struct parse *p, const char *arg, struct err *e)
{
	struct span rest = span_str(arg + 2);
	bool inlined = span_find(rest, '=') < rest.n;
	struct span name = span_cut(&rest, '=');
	const struct opt *o = by_name(p->rows, name);
	if (!o)
		return unknown(p->rows, arg, e);
	return with_value(p, o, inlined ? (const char *)rest.p : NULL, e);
}

static bool
short_options(struct parse *p, const char *arg, struct err *e)
{
	for (const char *c = arg + 1; *c; c++) {
		const struct opt *o = by_letter(p->rows, *c);
		if (!o)
			return unknown(p->rows, arg, e);
		if (takes_value(o))
			return with_value(p, o, c[1] ? c + 1 : NULL, e);
		if (!store(p, o, NULL, e))
			return false;
	}
	return true;
}

size_t
opt_count(const struct opt *rows)
{
	size_t n = 0;
	while (rows && rows[n].name)
		n++;
	return n;
}

bool
opt_parse(const struct opt *rows, void *into, struct arena *a, char **argv,
	  struct opt_line *line, struct err *e)
{
	struct parse p = { .rows = rows,
			   .into = into,
			   .arena = a,
			   .line = line,
			   .argv = argv };
	bool options = true;
	p.seen = NEW(a, bool, opt_count(rows) + 1);
	*line = (struct opt_line){ .given = NEW(a, const struct opt *,
						opt_count(rows) + 1) };
	if (!p.seen || !line->given)
		return err_full(e, "the command line");
	while (argv[p.at]) {
		const char *arg = argv[p.at++];
		bool ok;
		if (!options || arg[0] != '-' || arg[1] == '\0')
			ok = list_add(&line->rest, arg, a, e);
		else if (strcmp(arg, "--") == 0)
			ok = !(options = false);
		else if (arg[1] == '-')
			ok = long_option(&p, arg, e);
		else
			ok = short_options(&p, arg, e);
		if (!ok)
			return false;
	}
	return true;
}
