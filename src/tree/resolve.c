#include "tree/resolve.h"

#include "base/buf.h"
#include "base/fmt.h"
#include "base/limits.h"
#include "base/path.h"

enum { LINKS_MAX = 40 /* as Linux */ };

struct walk {
	const struct tree *t;
	struct buf done; /* resolved so far */
	struct buf rest; /* not resolved yet, read from `at` on */
	size_t at;
	unsigned links;
};

static void
up(struct walk *w)
{
	w->done.n = path_dir(buf_view(&w->done)).n;
}

static struct span
cut(struct walk *w)
{
	struct span rest = span_from(buf_view(&w->rest), w->at);
	struct span c = span_cut(&rest, '/');
	w->at = w->rest.n - rest.n;
	return c;
}

/* Puts the link's target before the rest of the path. */
static bool
follow(struct walk *w, struct span link, struct arena *a, struct err *e)
{
	struct span rest = span_from(buf_view(&w->rest), w->at);
	struct span keep = rest.n ? arena_dup(a, rest) : rest;
	if (++w->links > LINKS_MAX) {
		err_set(e, ERR_INPUT, "more than %d symbolic links", LINKS_MAX);
		return err_id(e, "path-links");
	}
	if (rest.n && !keep.p)
		return err_full(e, "a path");
	up(w);
	if (span_starts(link, SPAN("/")))
		buf_clear(&w->done);
	buf_clear(&w->rest);
	w->at = 0;
	buf_span(&w->rest, link);
	buf_u8(&w->rest, '/');
	buf_span(&w->rest, keep);
	return buf_ok(&w->rest, "a path", e);
}

static bool
look(struct walk *w, struct node **out, struct err *e)
{
	struct budget *b = w->t->walk;
	*out = tree_find(w->t, buf_view(&w->done));
	return !b || budget_spend(b, w->done.n, e);
}

/* Returns true for "", "." and "..": a component that is skipped or goes up. */
static bool
is_dots(struct span c)
{
	return c.n == 0 || span_is(c, ".") || span_is(c, "..");
}

/* Returns where the plain names at the beginning of s end. */
static size_t
plain_names(struct span s)
{
	size_t n = 0;
	for (struct span rest = s; rest.n;) {
		struct span c = span_cut(&rest, '/');
		if (is_dots(c))
			break;
		n = s.n - rest.n;
	}
	return n && s.p[n - 1] == '/' ? n - 1 : n;
}

static bool
append(struct walk *w, struct span names, struct err *e)
{
	if (w->done.n)
		buf_u8(&w->done, '/');
	buf_span(&w->done, names);
	return buf_ok(&w->done, "a path", e);
}

/* Follows existing names; the number of look-ups grows with the logarithm of
 * the number of names: parents of nodes are directories, so none in between is
 * a link. *n is the length of the part of `names` that exists, *last its node.
 */
static bool
longest(struct walk *w, struct span names, size_t *n, struct node **last,
	struct err *e)
{
	size_t start = w->done.n, good = 0, bad = names.n + 1;
	*last = NULL;
	while (good < names.n) {
		/* the end of a component: the first after the middle, or the
		 * last of all */
		size_t half = good + (bad - good) / 2;
		size_t end = half + span_find(span_from(names, half), '/');
		struct node *x;
		if (end >= bad) {
			end = good + (good > 0);
			end += span_find(span_from(names, end), '/');
			if (end >= bad)
				break;
		}
		w->done.n = start;
		if (!append(w, span_sub(names, 0, end), e) || !look(w, &x, e))
			return false;
		if (x) {
			good = end;
			*last = x;
		} else {
			bad = end;
		}
	}
	w->done.n = start;
	*n = good;
	return good == 0 || append(w, span_sub(names, 0, good), e);
}

/* Does one step: skips a component, goes up, follows existing names and the
 * link at their end, or copies a name that does not exist. */
static bool
step(struct walk *w, struct arena *a, struct err *e)
{
	struct span rest = span_from(buf_view(&w->rest), w->at);
	struct span names = span_sub(rest, 0, plain_names(rest));
	struct node *x;
	size_t n;
	if (names.n == 0) {
		struct span c = cut(w);
		if (span_is(c, ".."))
			up(w);
		return true;
	}
	if (!longest(w, names, &n, &x, e))
		return false;
	if (n == 0) { /* nothing is below a name that does not exist */
		w->at += names.n + (names.n < rest.n);
		return append(w, names, e);
	}
	w->at += n + (n < rest.n);
	return x->inode->type != NODE_SYMLINK ||
	       follow(w, x->inode->link, a, e);
}

static bool
resolve(struct walk *w, struct arena *a, struct span *out, struct node **node,
	struct err *e)
{
	while (w->at < w->rest.n)
		if (!step(w, a, e))
			return false;
	*out = (struct span){ 0 };
	*node = NULL;
	if (w->done.n == 0)
		return true;
	*out = arena_dup(a, buf_view(&w->done));
	if (!out->p)
		return err_full(e, "a path");
	*node = tree_find(w->t, *out);
	return true;
}

bool
tree_resolve(const struct tree *t, struct span path, struct arena *a,
	     struct span *out, struct node **node, struct err *e)
{
	DEFER(buf_free) struct buf done = buf_max(2 * LIMIT_PATH);
	DEFER(buf_free) struct buf rest = buf_max(4 * LIMIT_PATH);
	struct walk w = { .t = t, .done = done, .rest = rest };
	buf_span(&w.rest, path);
	bool ok = buf_ok(&w.rest, "a path", e) && resolve(&w, a, out, node, e);
	done = w.done;
	rest = w.rest;
	return ok || err_ctx(e, "following %s", show(path).s);
}
