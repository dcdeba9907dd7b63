#include "codec/toml_doc.h"

#include <string.h>

#include "base/fmt.h"
#include "codec/roff.h"

static const struct {
	const char *word, *text;
} kinds[] = {
	[BIND_TEXT] = { "string", "a string" },
	[BIND_NAME] = { "string", "a string" },
	[BIND_PATH] = { "path", "a path" },
	[BIND_NUMBER] = { "integer", "an integer" },
	[BIND_BOOL] = { "bool", "true or false" },
	[BIND_CHOICE] = { "choice", "one of" },
	[BIND_LIST] = { "strings", "an array of strings" },
	[BIND_PAIRS] = { "table", "a table of strings" },
	[BIND_TABLES] = { "tables", "tables" },
	[BIND_OWN] = { "value", "a value" },
};

static const char *
word(const struct bind_row *row)
{
	return row->type ? row->type : kinds[row->kind].word;
}

static const char *
and_needed(const struct bind_row *row)
{
	return row->needed ? ", needed" : "";
}

static void
choices(struct buf *b, const struct bind_row *row, const char *before,
	const char *after)
{
	for (size_t i = 0; row->choice && row->choice[i]; i++)
		buf_fmt(b, "%s%s%s%s", i ? ", " : "", before, row->choice[i],
			after);
}

/* "Default: x. Needs y. One of a, b." in plain words, NUL-terminated. */
static void
facts(struct buf *b, const struct bind_row *row)
{
	buf_fmt(b, "Value: %s",
		row->takes ? row->takes : kinds[row->kind].text);
	if (row->choice)
		buf_str(b, " ");
	choices(b, row, "", "");
	if (row->kind == BIND_NUMBER)
		buf_fmt(b, ", %llu to %llu", (unsigned long long)row->min,
			(unsigned long long)row->max);
	buf_str(b, ".");
	if (row->fallback)
		buf_fmt(b, " Default: %s.", row->fallback);
	if (row->instead)
		buf_fmt(b, " Without it: %s.", row->instead);
	if (row->needs)
		buf_fmt(b, " Only beside %s.", row->needs);
	buf_u8(b, 0);
}

/* The next row of the table from *i on; NULL behind the last. */
static const struct bind_row *
next_row(const struct bind_file *f, const struct bind_table *t, size_t *i)
{
	while (*i < f->rows) {
		const struct bind_row *row = &f->row[(*i)++];
		if (strcmp(row->table, t->name) == 0)
			return row;
	}
	return NULL;
}

/* "[build]", "[[image]]" */
static void
header(struct buf *b, const struct bind_table *t)
{
	buf_fmt(b, t->repeats ? "[[%s]]" : "[%s]", t->name);
}

static void
text_row(const struct bind_file *f, struct buf *b, const struct bind_row *row)
{
	DEFER(buf_free) struct buf line = buf_max(1024);
	if (f->page->brief)
		buf_fmt(b, "\n  %s (%s%s)\n", row->key, word(row),
			and_needed(row));
	else
		buf_fmt(b, "\n  %s\n", row->key);
	fmt_wrap(b, "      ", row->help);
	if (f->page->brief)
		return;
	facts(&line, row);
	fmt_wrap(b, "      ", (const char *)line.p);
}

void
toml_doc_text(const struct bind_file *f, struct buf *b)
{
	const struct toml_page *p = f->page;
	buf_fmt(b, "%s: %s\n\n", f->name, p->about);
	fmt_wrap(b, "", p->intro);
	for (size_t i = 0; i < f->tables; i++) {
		const struct bind_table *t = &f->table[i];
		buf_str(b, "\n");
		if (t->name[0]) {
			header(b, t);
			buf_str(b, "\n");
		}
		fmt_wrap(b, "", t->help);
		size_t at = 0;
		for (const struct bind_row *r; (r = next_row(f, t, &at));)
			text_row(f, b, r);
	}
	for (size_t i = 0; i < p->parts; i++) {
		buf_fmt(b, "\n%s\n", p->part[i].title);
		for (size_t k = 0; k < p->part[i].n; k++) {
			buf_str(b, "\n");
			fmt_wrap(b, "", p->part[i].text[k]);
		}
	}
	for (size_t i = 0; i < p->examples; i++) {
		buf_str(b, "\nExample");
		if (p->examples > 1)
			buf_fmt(b, " %zu", i + 1);
		buf_fmt(b, "\n\n%s", p->example[i]);
	}
}

static void
mdoc_row(const struct bind_file *f, struct buf *b, const struct bind_row *row)
{
	DEFER(buf_free) struct buf line = buf_max(1024);
	buf_fmt(b, ".It Cm %s", row->key);
	if (f->page->brief)
		buf_fmt(b, " Pq %s%s", word(row), and_needed(row));
	buf_str(b, "\n");
	roff_text(b, row->help);
	if (f->page->brief)
		return;
	facts(&line, row);
	roff_text(b, (const char *)line.p);
	buf_str(b, "Example:\n.Dl ");
	roff_line(b, row->example);
}

static void
mdoc_table(const struct bind_file *f, struct buf *b, const struct bind_table *t)
{
	size_t at = 0, n = 0;
	buf_fmt(b, ".Ss %s\n", t->name[0] ? t->name : "Above all headers");
	roff_text(b, t->help);
	for (const struct bind_row *r; (r = next_row(f, t, &at));) {
		if (n++ == 0)
			buf_str(b, ".Bl -tag -width Ds\n");
		mdoc_row(f, b, r);
	}
	if (n)
		buf_str(b, ".El\n");
}

void
toml_doc_mdoc(const struct bind_file *f, struct buf *b, const char *version)
{
	const struct toml_page *p = f->page;
	buf_fmt(b,
		".Dd %s\n.Dt %s 5\n.Os Veraclave %s\n.Sh NAME\n.Nm %s\n"
		".Nd %s\n.Sh DESCRIPTION\n",
		p->date, p->title, version, f->name, p->about);
	roff_text(b, p->intro);
	for (size_t i = 0; i < f->tables; i++)
		mdoc_table(f, b, &f->table[i]);
	for (size_t i = 0; i < p->parts; i++) {
		buf_fmt(b, ".Ss %s\n", p->part[i].title);
		for (size_t k = 0; k < p->part[i].n; k++) {
			buf_str(b, k ? ".Pp\n" : "");
			roff_text(b, p->part[i].text[k]);
		}
	}
	buf_str(b, ".Sh EXAMPLES\n");
	for (size_t i = 0; i < p->examples; i++)
		roff_code(b, p->example[i]);
	buf_fmt(b, ".Sh SEE ALSO\n.Xr %s\n", p->see);
}

/* A cell of a table must not hold bars. */
static void
cell(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			buf_str(b, "\\");
		buf_u8(b, (uint8_t)*text);
	}
}

static void
markdown_row(struct buf *b, const struct bind_row *row)
{
	buf_fmt(b, "| `%s` | %s", row->key, word(row));
	if (row->choice) {
		buf_str(b, ": ");
		choices(b, row, "`", "`");
	}
	buf_str(b, " | ");
	cell(b, row->help);
	if (row->needs)
		buf_fmt(b, " Only beside `%s`.", row->needs);
	buf_str(b, " | ");
	if (row->fallback)
		buf_fmt(b, "`%s`", row->fallback);
	else if (row->instead)
		cell(b, row->instead);
	buf_str(b, " | `");
	cell(b, row->example);
	buf_str(b, "` |\n");
}

static void
brief_row(struct buf *b, const struct bind_row *row)
{
	buf_fmt(b, "| `%s` | %s%s | ", row->key, word(row), and_needed(row));
	cell(b, row->help);
	buf_str(b, " |\n");
}

static void
markdown_table(const struct bind_file *f, struct buf *b,
	       const struct bind_table *t)
{
	static const char wide[] =
		"\n| key | value | meaning | default | example |\n"
		"|---|---|---|---|---|\n";
	static const char brief[] =
		"\n| key | type | meaning |\n|---|---|---|\n";
	size_t at = 0, n = 0;
	buf_str(b, "\n## ");
	if (t->name[0])
		header(b, t);
	else
		buf_str(b, "Above all headers");
	buf_str(b, "\n\n");
	fmt_wrap(b, "", t->help);
	for (const struct bind_row *r; (r = next_row(f, t, &at));) {
		if (n++ == 0)
			buf_str(b, f->page->brief ? brief : wide);
		(f->page->brief ? brief_row : markdown_row)(b, r);
	}
}

void
toml_doc_markdown(const struct bind_file *f, struct buf *b)
{
	const struct toml_page *p = f->page;
	buf_fmt(b, "# %s\n\n", f->name);
	fmt_wrap(b, "", p->intro);
	buf_fmt(b, "\n%s", p->made);
	for (size_t i = 0; i < p->examples; i++)
		buf_fmt(b, "\n```toml\n%s```\n", p->example[i]);
	for (size_t i = 0; i < f->tables; i++)
		markdown_table(f, b, &f->table[i]);
	for (size_t i = 0; i < p->parts; i++) {
		buf_fmt(b, "\n## %s\n", p->part[i].title);
		for (size_t k = 0; k < p->part[i].n; k++) {
			buf_str(b, "\n");
			fmt_wrap(b, "", p->part[i].text[k]);
		}
	}
}

/* Two spaces more than "#key", so that no line is taken for one. */
static void
template_lines(struct buf *b, struct span rest)
{
	buf_str(b, "#\n");
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		buf_str(b, line.n ? "#   " : "#");
		buf_span(b, line);
		buf_str(b, "\n");
	}
	buf_str(b, "#\n");
}

static void
template_row(struct buf *b, const struct bind_row *row,
	     const struct toml_line *on)
{
	DEFER(buf_free) struct buf line = buf_max(1024);
	facts(&line, row);
	buf_str(b, "\n");
	fmt_wrap(b, "# ", row->help);
	fmt_wrap(b, "# ", (const char *)line.p);
	if (on && on->why)
		fmt_wrap(b, "# ", on->why);
	if (on && on->shown.n)
		template_lines(b, on->shown);
	buf_fmt(b, "%s%s = %s\n", on ? "" : "#", row->key,
		on ? on->value : row->example);
}

static const struct toml_line *
line_of(const struct toml_line *line, size_t n, const struct bind_row *row)
{
	for (size_t i = n; i-- > 0;)
		if (strcmp(row->table, line[i].table) == 0 &&
		    strcmp(row->key, line[i].key) == 0)
			return &line[i];
	return NULL;
}

void
toml_doc_template(const struct bind_file *f, struct buf *b,
		  const struct toml_line *line, size_t n)
{
	buf_str(b, f->page->begin);
	for (size_t i = 0; i < f->tables; i++) {
		const struct bind_table *t = &f->table[i];
		if (t->kept || t->later)
			continue;
		if (t->name[0]) {
			buf_str(b, "\n");
			fmt_wrap(b, "# ", t->help);
			header(b, t);
			buf_str(b, "\n");
		}
		size_t at = 0;
		for (const struct bind_row *r; (r = next_row(f, t, &at));)
			template_row(b, r, line_of(line, n, r));
	}
}
