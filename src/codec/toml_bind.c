#include "codec/toml_bind.h"

#include <stdarg.h>
#include <string.h>

#include "base/fmt.h"
#include "base/near.h"

static const struct bind_table *
table_by_name(const struct bind_file *f, struct span name)
{
	for (size_t i = 0; i < f->tables; i++)
		if (name.n && span_is(name, f->table[i].name))
			return &f->table[i];
	return NULL;
}

/* A table for people: "[build]". */
static const char *
header_of(struct bind *b, const char *name)
{
	const struct bind_table *t = table_by_name(b->file, span_str(name));
	bool twice = t && t->repeats;
	const char *s =
		name[0] ? arena_fmt(b->arena, twice ? "[[%s]]" : "[%s]", name)
			: NULL;
	return s ? s : "the file";
}

bool
bind_wrong(struct bind *b, const struct toml *at, const char *fmt, ...)
{
	struct toml_place p = toml_place(b->text, at->at);
	va_list ap;
	va_start(ap, fmt);
	err_setv(b->e, ERR_INPUT, fmt, ap);
	va_end(ap);
	err_ctx(b->e, "line %u, column %u", p.line, p.column);
	return err_id(b->e, b->file->id);
}

bool
bind_full(struct bind *b)
{
	return err_full(b->e, b->file->name);
}

static const struct bind_row *
find(const struct bind_file *f, const char *table, struct span key)
{
	for (size_t i = 0; i < f->rows; i++)
		if (strcmp(f->row[i].table, table) == 0 &&
		    span_is(key, f->row[i].key))
			return &f->row[i];
	return NULL;
}

const struct bind_row *
bind_row(const struct bind_file *f, const char *table, const char *key)
{
	const struct bind_row *r = find(f, table, span_str(key));
	ASSERT(r);
	return r;
}

const struct bind_row *
bind_row_at(const struct bind_file *f, size_t offset)
{
	size_t i = 0;
	while (i < f->rows && f->row[i].offset != offset)
		i++;
	ASSERT(i < f->rows && f->row[i].size);
	return &f->row[i];
}

const struct toml *
bind_given(const struct bind *b, const char *table, const char *key)
{
	return b->given[bind_row(b->file, table, key) - b->file->row];
}

struct nearest {
	const char *name;
	size_t distance;
};

static void
nearer(struct nearest *best, const char *name, const char *key)
{
	size_t d = near_distance(name, key);
	if (d < best->distance)
		*best = (struct nearest){ name, d };
}

/* What else could have been meant: keys of the table, above all headers also
 * tables, and then a key of the same name that belongs elsewhere. */
static bool
unknown_hint(struct bind *b, const char *table, const char *key)
{
	const struct bind_file *f = b->file;
	const size_t far = near_enough(strlen(key)) + 1;
	struct nearest best = { "", far };
	for (size_t i = 0; i < f->rows; i++)
		if (strcmp(f->row[i].table, table) == 0)
			nearer(&best, f->row[i].key, key);
	for (size_t i = 0; !table[0] && i < f->tables; i++)
		if (f->table[i].name[0])
			nearer(&best, f->table[i].name, key);
	if (best.distance < far)
		return err_hint(b->e, "did you mean %s?", best.name);
	for (size_t i = 0; i < f->rows; i++)
		if (strcmp(f->row[i].key, key) == 0)
			return err_hint(b->e, "%s belongs in %s", key,
					header_of(b, f->row[i].table));
	return err_hint(b->e, "\"veraclave help %s\" lists the keys", f->name);
}

static bool
unknown(struct bind *b, const char *table, const struct toml *v)
{
	char *key = arena_cstr(b->arena, v->key);
	bind_wrong(b, v, "there is no key %s in %s", show(v->key).s,
		   header_of(b, table));
	return key && unknown_hint(b, table, key);
}

bool
bind_want(struct bind *b, const struct toml *v, enum toml_kind k)
{
	return v->kind == k ||
	       bind_wrong(b, v, "%s is %s, not %s", show(v->key).s,
			  toml_kind_name(k), toml_kind_name(v->kind));
}

bool
bind_text(struct bind *b, const struct toml *v, const char **out)
{
	if (v->kind != TOML_STRING)
		return bind_wrong(b, v, "expected a string, not %s",
				  toml_kind_name(v->kind));
	if (span_find(v->text, 0) != v->text.n)
		return bind_wrong(b, v, "a zero byte in a string");
	*out = arena_cstr(b->arena, v->text);
	return *out || bind_full(b);
}

bool
bind_name(struct bind *b, const struct bind_row *row, const struct toml *v,
	  const char **out)
{
	if (!bind_want(b, v, TOML_STRING) || !bind_text(b, v, out))
		return false;
	return v->text.n || bind_wrong(b, v, "%s is empty", row->key);
}

bool
bind_path(struct bind *b, const char *prefix, const char *path,
	  const char **out)
{
	*out = arena_fmt(b->arena, "%s%s%s", prefix,
			 path[0] == '/' || !b->dir ? "" : b->dir, path);
	return *out || bind_full(b);
}

static bool
read_text(struct bind *b, const struct bind_row *row, const struct toml *v,
	  void *at)
{
	(void)row;
	return bind_want(b, v, TOML_STRING) && bind_text(b, v, at);
}

static bool
read_name(struct bind *b, const struct bind_row *row, const struct toml *v,
	  void *at)
{
	return bind_name(b, row, v, at);
}

static bool
read_path(struct bind *b, const struct bind_row *row, const struct toml *v,
	  void *at)
{
	const char **out = at;
	return bind_name(b, row, v, out) && bind_path(b, "", *out, out);
}

static bool
read_number(struct bind *b, const struct bind_row *row, const struct toml *v,
	    void *at)
{
	uint64_t *out = at;
	if (!bind_want(b, v, TOML_INTEGER))
		return false;
	if (v->integer < 0 || (uint64_t)v->integer < row->min ||
	    (uint64_t)v->integer > row->max)
		return bind_wrong(b, v, "%s is %lld, not within %llu and %llu",
				  row->key, (long long)v->integer,
				  (unsigned long long)row->min,
				  (unsigned long long)row->max);
	*out = (uint64_t)v->integer;
	return true;
}

static bool
read_bool(struct bind *b, const struct bind_row *row, const struct toml *v,
	  void *at)
{
	bool *out = at;
	(void)row;
	if (!bind_want(b, v, TOML_BOOL))
		return false;
	*out = v->truth;
	return true;
}

static bool
read_choice(struct bind *b, const struct bind_row *row, const struct toml *v,
	    void *at)
{
	DEFER(buf_free) struct buf all = buf_max(200);
	if (!bind_want(b, v, TOML_STRING))
		return false;
	for (unsigned i = 0; row->choice[i]; i++) {
		if (span_is(v->text, row->choice[i])) {
			*(unsigned *)at = i;
			return true;
		}
		buf_fmt(&all, "%s%s", i ? ", " : "", row->choice[i]);
	}
	bind_wrong(b, v, "%s cannot be %s", row->key, show(v->text).s);
	return err_hint(b->e, "choose one of: %.*s", SPAN_ARG(buf_view(&all)));
}

static bool
room(struct bind *b, const struct toml *v, struct strings *out)
{
	*out = (struct strings){ NEW(b->arena, struct span, v->n), 0 };
	return out->v || bind_full(b);
}

static bool
read_list(struct bind *b, const struct bind_row *row, const struct toml *v,
	  void *at)
{
	struct strings *out = at;
	(void)row;
	if (!bind_want(b, v, TOML_ARRAY) || !room(b, v, out))
		return false;
	for (const struct toml *m = v->first; m; m = m->next) {
		const char *text = NULL;
		if (!bind_text(b, m, &text))
			return false;
		out->v[out->n++] = span_str(text);
	}
	return true;
}

static bool
read_pairs(struct bind *b, const struct bind_row *row, const struct toml *v,
	   void *at)
{
	struct strings *out = at;
	(void)row;
	if (!bind_want(b, v, TOML_TABLE) || !room(b, v, out))
		return false;
	for (const struct toml *m = v->first; m; m = m->next) {
		const char *text = NULL;
		if (m->key.n == 0 || span_find(m->key, '=') < m->key.n ||
		    span_find(m->key, 0) < m->key.n)
			return bind_wrong(b, m,
					  "%s cannot be a variable's name",
					  show(m->key).s);
		if (!bind_text(b, m, &text))
			return false;
		char *pair =
			arena_fmt(b->arena, "%.*s=%s", SPAN_ARG(m->key), text);
		if (!pair)
			return bind_full(b);
		out->v[out->n++] = span_str(pair);
	}
	return true;
}

static bool
read_row(struct bind *b, const struct bind_row *row, const struct toml *v,
	 void *into)
{
	static bool (*const by_kind[])(struct bind *, const struct bind_row *,
				       const struct toml *, void *) = {
		[BIND_TEXT] = read_text, [BIND_NAME] = read_name,
		[BIND_PATH] = read_path, [BIND_NUMBER] = read_number,
		[BIND_BOOL] = read_bool, [BIND_CHOICE] = read_choice,
		[BIND_LIST] = read_list, [BIND_PAIRS] = read_pairs,
	};
	void *at = (char *)into + row->offset;
	b->given[row - b->file->row] = v;
	if (row->kind == BIND_OWN)
		return row->read(b, row, v, at);
	ASSERT(row->kind != BIND_TABLES);
	return by_kind[row->kind](b, row, v, at);
}

static bool
check_needed(struct bind *b, const char *table, const struct toml *v)
{
	const struct bind_file *f = b->file;
	for (size_t i = 0; i < f->rows; i++) {
		const struct bind_row *row = &f->row[i];
		if (!row->needed || strcmp(row->table, table) != 0 ||
		    toml_get(v, row->key))
			continue;
		bind_wrong(b, v, "%s is missing", row->key);
		return err_hint(b->e,
				"\"veraclave help %s\" tells what is needed, "
				"with an example",
				f->name);
	}
	return true;
}

/* All keys of one table. */
static bool
read_keys(struct bind *b, const char *table, const struct toml *v, void *into)
{
	for (const struct toml *m = v->first; m; m = m->next) {
		const struct bind_row *row = find(b->file, table, m->key);
		if (!row)
			return unknown(b, table, m);
		if (!read_row(b, row, m, into))
			return false;
	}
	return check_needed(b, table, v);
}

/* [[key]]: a struct for each. */
static bool
read_tables(struct bind *b, const struct bind_row *row, const struct toml *v,
	    void *into)
{
	size_t n = 0;
	b->given[row - b->file->row] = v;
	if (!bind_want(b, v, TOML_ARRAY))
		return false;
	if (v->n == 0 || v->n > row->max)
		return bind_wrong(b, v, "%s holds %zu tables, not 1 to %llu",
				  row->key, v->n, (unsigned long long)row->max);
	char *all =
		arena_alloc(b->arena, row->each, _Alignof(max_align_t), v->n);
	if (!all)
		return bind_full(b);
	for (const struct toml *m = v->first; m; m = m->next) {
		if (m->kind != TOML_TABLE)
			return bind_wrong(b, m, "%s holds %s, not a table",
					  row->key, toml_kind_name(m->kind));
		if (!read_keys(b, row->key, m, all + n++ * row->each))
			return err_ctx(b->e, "%s %zu", row->key, n);
	}
	memcpy((char *)into + row->offset, &all, sizeof all);
	memcpy((char *)into + row->count, &n, sizeof n);
	return true;
}

static bool
read_header(struct bind *b, const struct bind_table *t, const struct toml *v,
	    void *into)
{
	if (t->later) {
		bind_wrong(b, v,
			   "[%s] is not built yet: nothing of it would take "
			   "effect",
			   t->name);
		return err_hint(b->e, "leave the table out");
	}
	if (!bind_want(b, v, TOML_TABLE))
		return false;
	if (!t->kept)
		return read_keys(b, t->name, v, into);
	*(const struct toml **)(void *)((char *)into + t->offset) = v;
	return true;
}

static bool
read_root(struct bind *b, const struct toml *root, void *into)
{
	for (const struct toml *m = root->first; m; m = m->next) {
		const struct bind_row *row = find(b->file, "", m->key);
		const struct bind_table *t = table_by_name(b->file, m->key);
		bool ok = false;
		if (row && row->kind == BIND_TABLES)
			ok = read_tables(b, row, m, into);
		else if (row)
			ok = read_row(b, row, m, into);
		else
			ok = t ? read_header(b, t, m, into) : unknown(b, "", m);
		if (!ok)
			return false;
	}
	return check_needed(b, "", root);
}

/* Keys that make sense beside another key only. */
static bool
check_needs(struct bind *b)
{
	for (size_t i = 0; i < b->file->rows; i++) {
		const struct bind_row *row = &b->file->row[i];
		if (b->given[i] && row->needs &&
		    !bind_given(b, row->table, row->needs))
			return bind_wrong(b, b->given[i],
					  "%s needs %s beside it", row->key,
					  row->needs);
	}
	return true;
}

bool
bind_read(struct bind *b, void *into)
{
	struct toml *root;
	ASSERT(b->file->rows <= BIND_ROWS_MAX);
	return toml_parse(b->text, b->arena, &root, b->e) &&
	       read_root(b, root, into) && check_needs(b);
}

static unsigned
choice_of(const struct bind_row *row)
{
	unsigned v = 0;
	while (strcmp(row->choice[v], row->fallback) != 0)
		v++;
	return v;
}

void
bind_defaults(const struct bind_file *f, void *into)
{
	for (size_t i = 0; i < f->rows; i++) {
		const struct bind_row *row = &f->row[i];
		const struct bind_table *t =
			table_by_name(f, span_str(row->table));
		void *at = (char *)into + row->offset;
		if (t && t->repeats)
			continue;
		if (row->kind == BIND_NUMBER)
			*(uint64_t *)at = BIND_UNSET;
		if (row->kind == BIND_TEXT)
			*(const char **)at = row->fallback;
		if (row->kind == BIND_CHOICE && row->fallback)
			*(unsigned *)at = choice_of(row);
	}
}

static bool
append(const struct strings *more, struct strings *to, struct arena *a,
       struct err *e)
{
	struct span *v = NEW(a, struct span, to->n + more->n);
	if (!v)
		return err_full(e, "a list");
	for (size_t i = 0; i < to->n; i++)
		v[i] = to->v[i];
	for (size_t i = 0; i < more->n; i++)
		v[to->n + i] = more->v[i];
	*to = (struct strings){ v, to->n + more->n };
	return true;
}

bool
bind_lay(const struct bind_row *row, const void *from, void *to,
	 struct arena *a, struct err *e)
{
	bool list = row->kind == BIND_LIST || row->kind == BIND_PAIRS;
	const void *at = (const char *)from + row->offset;
	void *field = (char *)to + row->offset;
	if (list && !row->whole)
		return append(at, field, a, e);
	memcpy(field, at, row->size);
	return true;
}
