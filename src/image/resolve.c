#include "image/resolve.h"

#include "base/buf.h"
#include "base/fmt.h"
#include "base/limits.h"

enum { LINKS_MAX = 40 /* as Linux */ };

struct walk {
	const struct tree *t;
	struct buf done; /* resolved so far */
	struct buf rest; /* still to go, read from `at` on */
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

/* The link's target takes the place of the link, before what follows. */
static bool
follow(struct walk *w, struct span link, struct arena *a, struct err *e)
{
	struct span rest = span_from(buf_view(&w->rest), w->at);
	struct span keep = arena_dup(a, rest);
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
step(struct walk *w, struct span c, struct arena *a, struct err *e)
{
	const struct node *n;
	if (c.n == 0 || span_is(c, "."))
		return true;
	if (span_is(c, "..")) {
		up(w);
		return true;
	}
	if (w->done.n)
		buf_u8(&w->done, '/');
	buf_span(&w->done, c);
	if (!buf_ok(&w->done, "a path", e))
		return false;
	n = tree_find(w->t, buf_view(&w->done));
	return !n || n->inode->type != NODE_SYMLINK ||
	       follow(w, n->inode->link, a, e);
}

static bool
resolve(struct walk *w, struct arena *a, struct span *out, struct node **node,
	struct err *e)
{
	while (w->at < w->rest.n)
		if (!step(w, cut(w), a, e))
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
