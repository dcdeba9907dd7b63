/* TOML 1.0.0: tables, arrays, and which of them may be added to. */
#include "codec/toml.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "codec/toml_scan.h"

struct parser {
	struct toml_scan s;
	struct toml *root, *table; /* of the latest header */
	unsigned section;          /* counts headers */
	struct toml *open[LIMIT_TOML_DEPTH + 1];
	size_t opened; /* arrays and inline tables not closed yet */
};

const char *
toml_kind_name(enum toml_kind k)
{
	static const char *const names[] = {
		[TOML_TABLE] = "a table",       [TOML_ARRAY] = "an array",
		[TOML_STRING] = "a string",     [TOML_INTEGER] = "an integer",
		[TOML_FLOAT] = "a float",       [TOML_BOOL] = "true or false",
		[TOML_TIME] = "a date or time",
	};
	return names[k];
}

static struct toml *
find(const struct toml *table, struct span key)
{
	struct toml *m = table->first;
	while (m && !span_eq(m->key, key))
		m = m->next;
	return m;
}

const struct toml *
toml_get(const struct toml *table, const char *key)
{
	if (!table || table->kind != TOML_TABLE)
		return NULL;
	return find(table, span_str(key));
}

/* Whether the text is made of what may stand in a document at all. */
static void
check_characters(struct toml_scan *s)
{
	for (size_t i = 0; i < s->text.n;) {
		struct span rest = span_from(s->text, i);
		size_t n = utf8_len(rest);
		uint8_t c = rest.p[0];
		bool control =
			(c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
		if (n == 0)
			toml_fail(s, i, "this is not UTF-8");
		if (control && !span_starts(rest, SPAN("\r\n")))
			toml_fail(s, i, "a control character (%02x)", c);
		if (toml_failed(s))
			return;
		i += n;
	}
	if (span_starts(s->text, SPAN("\xef\xbb\xbf")))
		toml_fail(s, 0, "a byte order mark; save the file without it");
}

/* A new last member of a table or an array; NULL after a failure. */
static struct toml *
add(struct parser *p, struct toml *to, struct span key, size_t at)
{
	if (toml_failed(&p->s))
		return NULL;
	if (to->depth == LIMIT_TOML_DEPTH)
		toml_fail(&p->s, at, "nested more than %d levels deep",
			  LIMIT_TOML_DEPTH);
	if (to->kind == TOML_TABLE && to->n == LIMIT_TOML_KEYS)
		toml_fail(&p->s, at, "more than %d keys in one table",
			  LIMIT_TOML_KEYS);
	if (toml_failed(&p->s))
		return NULL;
	struct toml *m = NEW(p->s.arena, struct toml, 1);
	if (!m) {
		toml_full(&p->s);
		return NULL;
	}
	m->key = key;
	m->at = at;
	m->depth = to->depth + 1;
	if (to->last)
		to->last->next = m;
	else
		to->first = m;
	to->last = m;
	to->n++;
	return m;
}

static void
twice(struct parser *p, const struct toml *old, struct span key, size_t at)
{
	struct toml_place was = toml_place(p->s.text, old->at);
	toml_fail(&p->s, at, "%s is there already, from line %u", show(key).s,
		  was.line);
}

/* The table that part i of a header leads to; arrays of tables lead to their
 * last one. */
static struct toml *
header_step(struct parser *p, struct toml *t, const struct toml_path *k,
	    size_t i)
{
	struct toml *m = find(t, k->part[i]);
	if (!m)
		return add(p, t, k->part[i], k->at[i]);
	if (m->kind == TOML_ARRAY && !m->closed)
		m = m->last;
	if (m->kind != TOML_TABLE || m->closed) {
		twice(p, m, k->part[i], k->at[i]);
		return NULL;
	}
	return m;
}

static struct toml *
header_path(struct parser *p, const struct toml_path *k)
{
	struct toml *t = p->root;
	for (size_t i = 0; t && i + 1 < k->n; i++)
		t = header_step(p, t, k, i);
	return t;
}

static struct toml *
table_header(struct parser *p, struct toml *t, struct span key, size_t at)
{
	struct toml *m = find(t, key);
	if (!m)
		m = add(p, t, key, at);
	else if (m->kind != TOML_TABLE || m->closed || m->headed || m->section)
		twice(p, m, key, at);
	if (m && !toml_failed(&p->s))
		m->headed = true;
	return m;
}

static struct toml *
array_header(struct parser *p, struct toml *t, struct span key, size_t at)
{
	struct toml *m = find(t, key);
	if (!m) {
		m = add(p, t, key, at);
		if (!m)
			return NULL;
		m->kind = TOML_ARRAY;
		m->headed = true;
	} else if (m->kind != TOML_ARRAY || m->closed) {
		twice(p, m, key, at);
	}
	return add(p, m, (struct span){ 0 }, at);
}

/* [a.b] or [[a.b]] */
static void
header(struct parser *p)
{
	struct toml_path k;
	bool array = toml_accept(&p->s, "[[");
	if (!array)
		toml_accept(&p->s, "[");
	toml_key(&p->s, &k);
	size_t at = rd_at(&p->s.r);
	if (!toml_accept(&p->s, array ? "]]" : "]"))
		toml_fail(&p->s, at, "expected %s behind the table's name",
			  array ? "]]" : "]");
	struct toml *t = toml_failed(&p->s) ? NULL : header_path(p, &k);
	if (!t)
		return;
	p->section++;
	p->table = (array ? array_header : table_header)(p, t, k.part[k.n - 1],
							 k.at[k.n - 1]);
}

/* One of the leading parts of a dotted key. */
static struct toml *
dotted_step(struct parser *p, struct toml *t, const struct toml_path *k,
	    size_t i)
{
	struct toml *m = find(t, k->part[i]);
	if (!m)
		m = add(p, t, k->part[i], k->at[i]);
	else if (m->kind != TOML_TABLE || m->closed || m->headed ||
		 (m->section && m->section != p->section))
		twice(p, m, k->part[i], k->at[i]);
	if (toml_failed(&p->s))
		return NULL;
	m->section = p->section;
	return m;
}

/* KEY = of KEY = VALUE: the place for the value, NULL after a failure. */
static struct toml *
key_of(struct parser *p, struct toml *t)
{
	struct toml_path k;
	toml_key(&p->s, &k);
	size_t at = rd_at(&p->s.r);
	if (!toml_accept(&p->s, "="))
		toml_fail(&p->s, at, "expected = behind the key");
	toml_spaces(&p->s);
	if (toml_failed(&p->s))
		return NULL;
	for (size_t i = 0; t && i + 1 < k.n; i++)
		t = dotted_step(p, t, &k, i);
	if (!t)
		return NULL;
	struct span key = k.part[k.n - 1];
	const struct toml *old = find(t, key);
	if (old)
		twice(p, old, key, k.at[k.n - 1]);
	return add(p, t, key, k.at[k.n - 1]);
}

static void
open_value(struct parser *p, struct toml *v, enum toml_kind kind)
{
	v->kind = kind;
	if (p->opened == COUNT(p->open))
		UNREACHABLE(); /* add has looked at the depth */
	p->open[p->opened++] = v;
}

/* Reads a value, or only the start of an array or inline table. */
static void
begin_value(struct parser *p, struct toml *v)
{
	uint8_t c = rd_peek(&p->s.r);
	if (toml_accept(&p->s, "["))
		open_value(p, v, TOML_ARRAY);
	else if (toml_accept(&p->s, "{"))
		open_value(p, v, TOML_TABLE);
	else if (c == '"' || c == '\'') {
		v->kind = TOML_STRING;
		v->text = toml_string(&p->s);
	} else {
		toml_word(&p->s, v);
	}
}

/* What is below a closed value is reached through it only, so that the one
 * mark closes all of it. */
static void
close_value(struct parser *p)
{
	p->open[--p->opened]->closed = true;
}

/* The place of the next element; NULL: the array is closed, or a failure. */
static struct toml *
next_element(struct parser *p, struct toml *array)
{
	toml_blank(&p->s);
	size_t at = rd_at(&p->s.r);
	bool comma = array->n && toml_accept(&p->s, ",");
	if (comma)
		toml_blank(&p->s);
	if (toml_accept(&p->s, "]")) {
		close_value(p);
		return NULL;
	}
	if (array->n && !comma)
		toml_fail(&p->s, at, "expected , or ] in this array");
	return add(p, array, (struct span){ 0 }, rd_at(&p->s.r));
}

static struct toml *
next_member(struct parser *p, struct toml *table)
{
	toml_spaces(&p->s);
	size_t at = rd_at(&p->s.r);
	if (toml_accept(&p->s, "}")) {
		close_value(p);
		return NULL;
	}
	if (table->n && !toml_accept(&p->s, ","))
		toml_fail(&p->s, at,
			  "expected , or } in this inline table, which ends "
			  "on its line");
	return toml_failed(&p->s) ? NULL : key_of(p, table);
}

/* A value with all that is in it; p->open is the stack. */
static void
value(struct parser *p, struct toml *v)
{
	begin_value(p, v);
	while (p->opened && !toml_failed(&p->s)) {
		struct toml *in = p->open[p->opened - 1];
		struct toml *m = in->kind == TOML_ARRAY ? next_element(p, in)
							: next_member(p, in);
		if (m)
			begin_value(p, m);
	}
}

static void
line(struct parser *p)
{
	toml_blank(&p->s);
	if (rd_left(&p->s.r) == 0)
		return;
	if (rd_peek(&p->s.r) == '[') {
		header(p);
	} else {
		struct toml *v = key_of(p, p->table);
		if (v)
			value(p, v);
	}
	toml_spaces(&p->s);
	uint8_t c = rd_peek(&p->s.r);
	if (rd_left(&p->s.r) && c != '#' && c != '\n' && c != '\r')
		toml_fail(&p->s, rd_at(&p->s.r),
			  "expected the end of the line");
}

bool
toml_parse(struct span text, struct arena *a, struct toml **root, struct err *e)
{
	if (text.n > LIMIT_CONFIG)
		return err_set(e, ERR_LIMIT,
			       "%zu bytes of TOML: more than %zu are not read",
			       text.n, LIMIT_CONFIG);
	struct parser p = {
		.s = { .r = rd_from(text), .text = text, .arena = a, .e = e },
		.section = 1,
		.root = NEW(a, struct toml, 1),
	};
	if (!p.root)
		return err_full(e, "the TOML document");
	p.table = p.root;
	check_characters(&p.s);
	while (rd_left(&p.s.r))
		line(&p);
	if (toml_failed(&p.s))
		return false;
	*root = p.root;
	return true;
}
