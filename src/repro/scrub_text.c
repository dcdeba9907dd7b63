/* Rules for the account files. */
#include "base/path.h"
#include "repro/rule.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/limits.h"
#include "base/num.h"

enum { ACCOUNTS_MAX = 100000 };

static bool
read_text(struct scrub *s, const struct node *n, struct span *text,
	  struct err *e)
{
	return content_read(n->inode, 4 * MIB, s->image->arena, text, e) ||
	       err_ctx(e, "%s", show(n->path).s);
}

/* Sets the file's new text if it differs. */
static bool
put_text(struct scrub *s, struct node *n, struct span old, struct buf *b,
	 struct err *e)
{
	if (!buf_ok(b, "an account file", e))
		return false;
	if (span_eq(old, buf_view(b)))
		return true;
	struct span text = arena_dup(s->image->arena, buf_view(b));
	if (!text.p)
		return err_full(e, "an account file");
	return scrub_set(s, n, text, e);
}

/* shadow(5): the third field is the day of the last password change. An empty
 * one disables aging; a locked or absent password stays unchanged. */
static void
shadow_line(struct buf *b, struct span line, uint32_t epoch)
{
	for (unsigned field = 0;; field++) {
		bool more = span_find(line, ':') < line.n;
		struct span f = span_cut(&line, ':');
		if (field == 2 && f.n && epoch >= 86400)
			buf_fmt(b, "%u", epoch / 86400);
		else if (field != 2)
			buf_span(b, f);
		if (!more)
			return;
		buf_u8(b, ':');
	}
}

bool
rule_shadow(struct scrub *s, struct node *n, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(8 * MIB);
	struct span old, rest;
	if (n->inode->type != NODE_FILE)
		return true;
	if (!read_text(s, n, &old, e))
		return false;
	rest = old;
	while (rest.n) {
		bool ended = span_find(rest, '\n') < rest.n;
		shadow_line(&b, span_cut(&rest, '\n'), s->options->epoch);
		if (ended)
			buf_u8(&b, '\n');
	}
	return put_text(s, n, old, &b, e);
}

struct account {
	struct span line;
	uint64_t id;
};

static int
by_id(const void *a, const void *b)
{
	const struct account *x = a, *y = b;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return span_cmp(x->line, y->line);
}

/* passwd(5) and group(5) have the id in field 3; shadow files have no id and
 * are sorted by name. */
static uint64_t
account_id(struct span line, bool has_id)
{
	uint64_t id = 0;
	span_cut(&line, ':');
	span_cut(&line, ':');
	return has_id && num_parse(span_cut(&line, ':'), &id) ? id : 0;
}

bool
rule_sort_accounts(struct scrub *s, struct node *n, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(8 * MIB);
	struct span old, base = path_base(n->path);
	bool has_id = span_is(base, "passwd") || span_is(base, "group");
	size_t count = 0, lines = 1;
	if (n->inode->type != NODE_FILE)
		return true;
	if (!read_text(s, n, &old, e))
		return false;
	for (size_t i = 0; i < old.n; i++)
		lines += old.p[i] == '\n';
	struct account *all = NEW(s->image->arena, struct account, lines);
	if (!all || lines > ACCOUNTS_MAX)
		return err_full(e, "an account file");
	for (struct span rest = old; rest.n;) {
		struct span line = span_cut(&rest, '\n');
		if (line.n)
			all[count++] =
				(struct account){ line,
						  account_id(line, has_id) };
	}
	if (count)
		qsort(all, count, sizeof *all, by_id);
	for (size_t i = 0; i < count; i++) {
		buf_span(&b, all[i].line);
		buf_u8(&b, '\n');
	}
	return put_text(s, n, old, &b, e);
}
