#include "oci/layer.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "base/path.h"
#include "tree/resolve.h"
#include "oci/spool.h"

struct path {
	size_t n;
	uint8_t p[LIMIT_PATH + 1];
};

/* A layer while it is being applied. */
struct layer {
	struct image *m;
	struct tree *t;
	const struct layer_source *s;
	struct window tar;
	struct tarview view;
	struct arena scratch; /* of one entry, of one whiteout */
	struct arena done;    /* of `hidden` */
	struct map hidden;    /* names whose lower content is removed already */
	uint64_t start;       /* nodes up to this one are of lower layers */
	struct path name, link; /* of the entry */
	struct map early;       /* links of this layer that exist already */
	uint64_t doubled, other_meta, odd, selves; /* for notes */
	const char *through; /* a whiteout whose path goes through a link */
};

static void
layer_finish(struct layer *l)
{
	tar_finish(&l->view);
	arena_finish(&l->scratch);
	arena_finish(&l->done);
}

static struct span
path_span(const struct path *p)
{
	return span_of(p->p, p->n);
}

static bool
bad_name(struct span name, const char *why, struct err *e)
{
	err_set(e, ERR_INPUT, "the name %s %s", show(name).s, why);
	return err_id(e, "tree-path");
}

static bool
path_add(struct path *p, struct span c, struct span whole, struct err *e)
{
	if (c.n > LIMIT_NAME)
		return bad_name(whole, "has a component of more than 255 bytes",
				e);
	if (p->n + 1 + c.n > LIMIT_PATH)
		return bad_name(whole, "has more than 4095 bytes", e);
	if (p->n)
		p->p[p->n++] = '/';
	memcpy(p->p + p->n, c.p, c.n);
	p->n += c.n;
	return true;
}

/* Removes "./", leading, trailing and doubled slashes; empty: the root. */
static bool
path_clean(struct span name, struct path *out, struct err *e)
{
	out->n = 0;
	for (struct span rest = name; rest.n;) {
		struct span c = span_cut(&rest, '/');
		if (span_is(c, ".."))
			return bad_name(name, "has a component \"..\"", e);
		if (c.n && !span_is(c, ".") && !path_add(out, c, name, e))
			return false;
	}
	return true;
}

/* Follows symbolic links among the parents of p, never its last component. */
static bool
follow_parents(struct layer *l, struct path *p, struct err *e)
{
	struct span dir = path_dir(path_span(p)), real;
	struct node *n = dir.n ? tree_find(l->t, dir) : NULL;
	struct span base = arena_dup(&l->scratch, path_base(path_span(p)));
	if (!base.p)
		return err_full(e, "a path");
	if (!dir.n || (n && n->inode->type == NODE_DIR))
		return true; /* parents of nodes are directories */
	if (!tree_resolve(l->t, dir, &l->scratch, &real, &n, e))
		return false;
	if (real.n > LIMIT_PATH)
		return bad_name(dir, "leads to one of more than 4095 bytes", e);
	p->n = 0;
	if (real.n)
		memcpy(p->p, real.p, real.n);
	p->n = real.n;
	return path_add(p, base, real, e);
}

/* A directory without an entry stays if this layer has names below it. */
static bool
imply(struct layer *l, struct node *n, struct err *e)
{
	struct inode *i = tree_inode(l->t);
	if (!i)
		return err_full(e, "the image's files");
	i->type = NODE_DIR;
	i->mode = 0755;
	if (!tree_put(l->t, n->path, i, &n, e))
		return false;
	n->implied = true;
	return true;
}

static bool
below(const struct node *n, struct span dir)
{
	return n->path.n > dir.n && span_starts(n->path, dir) &&
	       n->path.p[dir.n] == '/';
}

/* Lists the nodes from `first` on that are `dir` or below it (all if it is
 * empty), parents before children. */
static bool
gather(struct layer *l, struct node *first, struct span dir, struct node ***out,
       size_t *count, struct err *e)
{
	size_t n = 0;
	for (struct node *x = first; x; x = tree_next(l->t, x), n++)
		if (dir.n && x != first && !below(x, dir))
			break;
	struct node **all = NEW(&l->scratch, struct node *, n);
	if (!all)
		return err_full(e, "a whiteout");
	*out = all;
	*count = n;
	for (struct node *x = first; n; x = tree_next(l->t, x), n--)
		*all++ = x;
	return true;
}

/* Removes what lower layers have at `dir` (with_self) and below it. */
static bool
hide(struct layer *l, struct span dir, bool with_self, struct err *e)
{
	struct node *n = dir.n ? tree_find(l->t, dir) : l->t->child;
	struct node **all = NULL;
	size_t count = 0;
	if (!n)
		return true;
	if (!gather(l, n, dir, &all, &count, e))
		return false;
	/* children before parents: a directory is removed when it is empty */
	for (size_t i = count; i-- > 0;) {
		struct node *x = all[i];
		if (x->seq > l->start || (x == n && dir.n && !with_self))
			continue;
		if (!x->child)
			tree_remove(l->t, x);
		else if (!imply(l, x, e))
			return false;
	}
	return true;
}

/* Hides once for each directory and layer: what is removed cannot come back. */
static bool
hide_once(struct layer *l, struct span dir, bool with_self, struct err *e)
{
	uint8_t mark[LIMIT_PATH + 2];
	mark[0] = with_self ? 'w' : 'o';
	if (dir.n)
		memcpy(mark + 1, dir.p, dir.n);
	struct span key = span_of(mark, dir.n + 1);
	if (map_get(&l->hidden, key))
		return true;
	key = arena_dup(&l->done, key);
	if (!key.p)
		return err_full(e, "the whiteouts of a layer");
	return map_put(&l->hidden, key, l, e) && hide(l, dir, with_self, e);
}

/* The meaning of a path in a layer. */
enum meaning { PLAIN, WHITEOUT, OPAQUE, NOTHING };

static bool
meaning_of(struct layer *l, struct span path, enum meaning *out, struct err *e)
{
	struct span base = path_base(path), rest = path;
	*out = PLAIN;
	l->odd += l->s->plain && span_starts(base, SPAN(".wh."));
	if (l->s->plain)
		return true;
	while (rest.n) {
		struct span c = span_cut(&rest, '/');
		bool meta = span_starts(c, SPAN(".wh..wh."));
		if (meta && (rest.n || !span_is(c, ".wh..wh..opq"))) {
			*out = NOTHING; /* AUFS's own */
			return true;
		}
		if (rest.n && span_starts(c, SPAN(".wh.")))
			return bad_name(path, "is below a whiteout", e);
	}
	if (span_is(base, ".wh..wh..opq"))
		*out = OPAQUE;
	else if (span_starts(base, SPAN(".wh.")))
		*out = WHITEOUT;
	struct span hidden = span_from(base, 4);
	if (*out == WHITEOUT &&
	    (!hidden.n || span_is(hidden, ".") || span_is(hidden, "..")))
		return bad_name(path, "is a whiteout without a name", e);
	return true;
}

static bool
whiteout(struct layer *l, enum meaning what, struct err *e)
{
	struct path *p = &l->name;
	struct span dir = path_dir(path_span(p));
	size_t at = dir.n ? dir.n + 1 : 0;
	if (what == NOTHING)
		return true;
	if (what == OPAQUE)
		return hide_once(l, dir, false, e);
	p->n -= 4; /* ".wh." */
	memmove(p->p + at, p->p + at + 4, p->n - at);
	return hide_once(l, path_span(p), true, e);
}

static bool
set_xattrs(struct layer *l, const struct tar_entry *x, struct inode *i,
	   struct err *e)
{
	const struct xattr **to = &i->xattr;
	for (const struct tar_xattr *a = x->xattr; a; a = a->next) {
		struct xattr *n = NEW(l->t->arena, struct xattr, 1);
		struct span name = arena_dup(l->t->arena, a->name);
		struct span value = arena_dup(l->t->arena, a->value);
		if (!n || !name.p || !value.p)
			return err_full(e, "the extended attributes");
		*n = (struct xattr){ name, value, NULL };
		*to = n;
		to = &n->next;
	}
	return true;
}

static bool
set_content(struct layer *l, const struct tar_entry *x, struct inode *i,
	    struct err *e)
{
	struct window w = { l->tar.fd, l->tar.offset + x->offset, x->size };
	content_set(i, (struct span){ 0 });
	i->size = x->size;
	if (x->size == 0)
		return true;
	if (x->sparse && !spool_sparse(l->m, &l->tar, x, &w, e))
		return false;
	i->content = (struct content){ .kind = CONTENT_FD,
				       .fd = w.fd,
				       .offset = w.offset };
	return true;
}

static const enum node_type types[] = {
	[TAR_FILE] = NODE_FILE,       [TAR_DIR] = NODE_DIR,
	[TAR_SYMLINK] = NODE_SYMLINK, [TAR_CHAR] = NODE_CHAR,
	[TAR_BLOCKDEV] = NODE_BLOCK,  [TAR_FIFO] = NODE_FIFO,
};

static bool
fill(struct layer *l, const struct tar_entry *x, struct inode *i, struct err *e)
{
	i->type = types[x->type];
	i->xattr = NULL;
	i->mode = x->mode;
	i->uid = x->uid;
	i->gid = x->gid;
	i->mtime = x->mtime;
	i->major = x->major;
	i->minor = x->minor;
	if (x->type == TAR_SYMLINK) {
		if (x->link.n > LIMIT_PATH)
			return bad_name(
				x->name,
				"is a link to a path of more than 4095 bytes",
				e);
		i->link = arena_dup(l->t->arena, x->link);
		if (!i->link.p)
			return err_full(e, "the image's files");
	}
	return set_xattrs(l, x, i, e) &&
	       (x->type != TAR_FILE || set_content(l, x, i, e));
}

static bool
bad_link(struct layer *l, const char *why, struct err *e)
{
	err_set(e, ERR_INPUT, "the hard link %s to %s %s",
		show(path_span(&l->name)).s, show(path_span(&l->link)).s, why);
	return err_id(e, "layer-link");
}

/* Finds the inode that a hard link shares. */
static bool
link_target(struct layer *l, const struct tar_entry *x, struct inode **out,
	    struct err *e)
{
	struct span name = path_span(&l->name), target;
	if (!path_clean(x->link, &l->link, e) ||
	    !follow_parents(l, &l->link, e))
		return false;
	target = path_span(&l->link);
	struct node *n = tree_find(l->t, target);
	if (!n)
		return bad_link(l, "has a target that does not exist", e);
	if (n->inode->type == NODE_DIR)
		return bad_link(l, "has a directory as its target", e);
	l->selves += span_eq(name, target);
	if (below(n, name))
		return bad_link(l, "replaces its own target", e);
	struct inode *i = n->inode;
	l->other_meta += i->mode != x->mode || i->uid != x->uid ||
			 i->gid != x->gid || i->mtime != x->mtime;
	*out = i;
	return true;
}

static bool
apply_entry(struct layer *l, const struct tar_entry *x, struct err *e)
{
	struct inode *i = NULL;
	struct span path = path_span(&l->name);
	const struct node *old = tree_find(l->t, path);
	bool dirs = x->type == TAR_DIR && old && old->inode->type == NODE_DIR;
	if (x->type == TAR_LINK && !link_target(l, x, &i, e))
		return false;
	bool self = old && old->inode == i; /* keeps the existing node */
	l->doubled += old && !dirs && !self && old->seq > l->start &&
		      !map_get(&l->early, path);
	if (i)
		return tree_put(l->t, path, i, NULL, e);
	i = tree_inode(l->t);
	if (!i)
		return err_full(e, "the image's files");
	return fill(l, x, i, e) && tree_put(l->t, path, i, NULL, e);
}

/*
 * A layer is a set of changes: the result must not depend on the order of its
 * entries. So the headers are read three times. First, links of lower layers
 * that this layer replaces or hides are removed, so that no path goes through
 * them; then all whiteouts are applied, which hide lower names only; then the
 * files are added.
 */
enum pass { PASS_LINKS, PASS_WHITEOUTS, PASS_FILES };

/* Adds a link of this layer where a lower one was. */
static bool
early_link(struct layer *l, const struct tar_entry *x, struct err *e)
{
	struct span key = arena_dup(&l->done, path_span(&l->name));
	struct inode *i = tree_inode(l->t);
	if (!key.p || !i)
		return err_full(e, "the image's files");
	return fill(l, x, i, e) && tree_put(l->t, key, i, NULL, e) &&
	       map_put(&l->early, key, l, e);
}

/* Removes a link of a lower layer if this entry replaces or hides it. */
static bool
replace_link(struct layer *l, const struct tar_entry *x, enum meaning what,
	     bool *changed, struct err *e)
{
	struct path *p = &l->name;
	size_t base = path_dir(path_span(p)).n;
	size_t cut = what == WHITEOUT ? 4 : 0; /* ".wh." */
	struct path at = *p;
	base += base > 0;
	memmove(at.p + base, at.p + base + cut, at.n - base - cut);
	at.n -= cut;
	struct node *n = tree_find(l->t, path_span(&at));
	if (!n || n->seq > l->start || n->inode->type != NODE_SYMLINK)
		return true;
	if (what == WHITEOUT) {
		*changed = true;
		return hide_once(l, path_span(&at), true, e);
	}
	if (what != PLAIN || (x->type != TAR_DIR && x->type != TAR_SYMLINK))
		return true;
	*changed = true;
	return x->type == TAR_DIR ? imply(l, n, e) : early_link(l, x, e);
}

/* Notes a whiteout whose path goes through a link of a lower layer: engines
 * differ about what it hides. */
static bool
note_through(struct layer *l, const struct tar_entry *x, struct err *e)
{
	struct path plain;
	if (l->through || !path_clean(x->name, &plain, e))
		return l->through != NULL;
	if (span_eq(path_span(&plain), path_span(&l->name)))
		return true;
	l->through = arena_fmt(&l->done, "%s", show(x->name).s);
	return l->through || err_full(e, "a path");
}

static bool
entry(struct layer *l, const struct tar_entry *x, enum pass pass, bool *changed,
      struct err *e)
{
	enum meaning what;
	if (!path_clean(x->name, &l->name, e))
		return false;
	if (l->name.n == 0 && x->type != TAR_DIR)
		return bad_name(x->name, "is the root, which is a directory",
				e);
	if (l->name.n == 0)
		return pass != PASS_FILES || fill(l, x, &l->t->root, e);
	if (!follow_parents(l, &l->name, e) ||
	    !meaning_of(l, path_span(&l->name), &what, e))
		return false;
	switch (pass) {
	case PASS_LINKS:
		return replace_link(l, x, what, changed, e);
	case PASS_WHITEOUTS:
		return what == PLAIN || what == NOTHING ||
		       (note_through(l, x, e) && whiteout(l, what, e));
	case PASS_FILES:
		return what != PLAIN || apply_entry(l, x, e);
	}
	UNREACHABLE();
}

static bool
entries(struct layer *l, enum pass pass, bool *changed, struct err *e)
{
	struct tar_entry x;
	bool more;
	uint64_t n = 0;
	for (;;) {
		if (!tar_next(&l->view, &x, &more, e))
			return false;
		if (!more)
			return true;
		arena_reset(&l->scratch);
		if (pass == PASS_FILES && !image_entry(l->m, e))
			return false;
		if (!entry(l, &x, pass, changed, e))
			return err_ctx(e, "entry %s", show(x.name).s);
		if (++n % 1024 == 0)
			progress_step(l->m->progress, "reading", x.header,
				      l->tar.size);
	}
}

/* Counts the oddities of the archive, in the last pass only. */
static bool
run(struct layer *l, enum pass pass, bool *changed, struct err *e)
{
	struct blob b = window_blob(&l->tar);
	tar_finish(&l->view);
	l->odd = 0;
	return tar_init(&l->view, &b, pass == PASS_FILES ? l->m->notes : NULL,
			e) &&
	       entries(l, pass, changed, e);
}

/* Removing a link may uncover another; at most 40 links are followed. */
static bool
prepare(struct layer *l, struct err *e)
{
	bool changed = l->start > 0;
	for (unsigned i = 0; changed && i <= LIMIT_SYMLINKS; i++) {
		changed = false;
		if (!run(l, PASS_LINKS, &changed, e))
			return false;
	}
	return l->start == 0 || run(l, PASS_WHITEOUTS, &changed, e);
}

static void
notes(const struct layer *l)
{
	struct notes *n = l->m->notes;
	if (l->doubled)
		note_info(n, "tar-double",
			  "%s has %llu names twice; the last one counts",
			  l->s->what, (unsigned long long)l->doubled);
	if (l->odd)
		note_warn(n, "tar-whiteout",
			  "%s has %llu names that begin with \".wh.\" and "
			  "stay as they are: if it is a layer of an image, "
			  "give the whole image",
			  l->s->what, (unsigned long long)l->odd);
	if (l->selves)
		note_info(n, "tar-link-self",
			  "%s has %s, as tar makes when a file is named twice; "
			  "the file stays",
			  l->s->what,
			  show_count(l->selves, "hard link to itself",
				     "hard links to themselves")
				  .s);
	if (l->view.sized_dirs)
		note_info(n, "tar-dir-size",
			  "%s has %s with a size, but no data follows it",
			  l->s->what,
			  show_count(l->view.sized_dirs, "directory",
				     "directories")
				  .s);
	if (l->through)
		note_warn(n, "layer-whiteout-link",
			  "%s hides names through a symbolic link of a lower"
			  " layer, which container engines do not agree on; the"
			  " first is %s",
			  l->s->what, l->through);
	if (l->other_meta)
		note_info(n, "tar-link-meta",
			  "%s has %llu hard links with another owner, mode or "
			  "time than their target, which keeps its own",
			  l->s->what, (unsigned long long)l->other_meta);
}

static bool
apply(struct layer *l, struct err *e)
{
	bool changed = false;
	if ((!l->s->plain && !prepare(l, e)) ||
	    !run(l, PASS_FILES, &changed, e))
		return false;
	notes(l);
	if (!l->view.unterminated || l->s->digest.n || l->s->diff_id.n)
		return true;
	err_set(e, ERR_INPUT, "the archive has no end mark");
	err_hint(e, "fetch or make it again: it is probably incomplete");
	return err_id(e, "tar-truncated");
}

bool
image_apply_layer(struct image *m, const struct layer_source *s, struct err *e)
{
	DEFER(layer_finish)
	struct layer l = {
		.m = m, .t = &m->tree, .s = s, .start = m->tree.seq
	};
	map_init(&l.hidden, &l.done, m->tree.names.seed);
	map_init(&l.early, &l.done, m->tree.names.seed);
	return (spool_unpack(m, &s->window, s->digest, s->diff_id, &l.tar, e) &&
		apply(&l, e)) ||
	       err_ctx(e, "%s", s->what);
}
