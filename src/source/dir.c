#include "base/fmt.h"
#include "base/limits.h"
#include "base/path.h"
#include "tree/resolve.h"
#include "source/local.h"
#include "sys/fs.h"
#include "sys/walk.h"

struct dir {
	struct image *m;
	int fd;           /* the root: the image's */
	bool over;        /* the image has files already; these replace them */
	struct arena own; /* of `inodes` */
	struct map inodes;
	uint64_t sockets, pseudo;
	uint64_t odd;     /* modes that git would not have set */
	struct span what; /* the first of these modes */
};

static void
dir_finish(struct dir *d)
{
	arena_finish(&d->own);
}

static const enum node_type types[] = {
	[WALK_FILE] = NODE_FILE,       [WALK_DIR] = NODE_DIR,
	[WALK_SYMLINK] = NODE_SYMLINK, [WALK_CHAR] = NODE_CHAR,
	[WALK_BLOCK] = NODE_BLOCK,     [WALK_FIFO] = NODE_FIFO,
};

static bool
set_xattrs(struct arena *a, const struct walk_entry *x, struct inode *i,
	   struct err *e)
{
	const struct xattr **to = &i->xattr;
	for (const struct walk_xattr *w = x->xattr; w; w = w->next) {
		struct xattr *n = NEW(a, struct xattr, 1);
		struct span name = arena_dup(a, w->name);
		struct span value = arena_dup(a, w->value);
		if (!n || !name.p || !value.p)
			return err_full(e, "the extended attributes");
		*n = (struct xattr){ name, value, NULL };
		*to = n;
		to = &n->next;
	}
	return true;
}

/* Returns true if a checkout under a usual umask makes this of git's modes. */
static bool
of_checkout(uint32_t mode)
{
	static const uint32_t usual[] = { 0644, 0664, 0600, 0640,
					  0755, 0775, 0700, 0750 };
	for (size_t i = 0; i < COUNT(usual); i++)
		if (mode == usual[i])
			return true;
	return false;
}

/* Sets owner and mode as git records them, independent of who checked out and
 * under which umask. */
static bool
as_git(struct dir *d, const struct walk_entry *x, struct inode *i,
       struct err *e)
{
	bool program = x->type == WALK_DIR || (x->mode & 0100);
	i->uid = i->gid = 0;
	if (x->type == WALK_SYMLINK)
		return true;
	i->mode = program ? 0755 : 0644;
	if (of_checkout(x->mode) || d->odd++)
		return true;
	d->what = arena_dup(&d->own, x->path.n ? x->path : SPAN("."));
	return d->what.p || err_full(e, "a path");
}

static bool
fill(struct dir *d, const struct walk_entry *x, struct inode *i, struct err *e)
{
	i->type = types[x->type];
	i->mode = x->mode;
	i->uid = x->uid;
	i->gid = x->gid;
	if (d->m->modes == IMAGE_MODES_GIT && !as_git(d, x, i, e))
		return false;
	i->mtime = x->mtime;
	if (x->type == WALK_CHAR || x->type == WALK_BLOCK) {
		i->major = x->major;
		i->minor = x->minor;
	}
	if (x->type == WALK_FILE)
		i->size = x->size;
	if (x->type == WALK_SYMLINK) {
		i->link = arena_dup(d->m->arena, x->link);
		if (!i->link.p)
			return err_full(e, "the image's files");
	}
	return set_xattrs(d->m->arena, x, i, e);
}

/* Finds the inode of another name of the same file, or makes a new one. */
static bool
inode_of(struct dir *d, const struct walk_entry *x, struct inode **out,
	 struct err *e)
{
	uint64_t id[2] = { x->dev, x->ino };
	struct span key = span_of(id, sizeof id);
	bool shared = x->links > 1 && x->type != WALK_DIR;
	*out = shared ? map_get(&d->inodes, key) : NULL;
	if (*out)
		return true;
	*out = tree_inode(&d->m->tree);
	if (!*out)
		return err_full(e, "the image's files");
	if (!fill(d, x, *out, e))
		return false;
	if (!shared)
		return true;
	key = arena_dup(&d->own, key);
	if (!key.p)
		return err_full(e, "the image's hard links");
	return map_put(&d->inodes, key, *out, e);
}

static bool
no_room(const struct walk_entry *x, const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "%s would replace %s of the root file system",
		show(x->path).s, what);
	return err_id(e, "files-over");
}

/*
 * Finds where a name belongs among existing files: its parents may be links,
 * as Debian's bin is a link to usr/bin. An existing directory is not changed;
 * *out is then empty.
 */
static bool
land(struct dir *d, const struct walk_entry *x, struct span *out, struct err *e)
{
	const struct tree *t = &d->m->tree;
	struct arena *a = d->m->arena;
	struct node *there, *real;
	struct span dir, base = path_base(x->path);
	if (!tree_resolve(t, path_dir(x->path), a, &dir, &there, e))
		return false;
	*out = span_str(arena_fmt(a, "%.*s%s%.*s", SPAN_ARG(dir),
				  dir.n ? "/" : "", SPAN_ARG(base)));
	if (!out->p)
		return err_full(e, "a path");
	there = tree_find(t, *out);
	if (!there)
		return true;
	if (x->type != WALK_DIR)
		return there->inode->type != NODE_DIR ||
		       no_room(x, "a directory", e);
	if (!tree_resolve(t, *out, a, &dir, &real, e))
		return false;
	if (dir.n && (!real || real->inode->type != NODE_DIR))
		return no_room(x, "a file", e);
	*out = (struct span){ 0 };
	return true;
}

static bool
add_entry(struct dir *d, const struct walk_entry *x, struct span at,
	  struct err *e)
{
	struct node *n;
	struct inode *i = NULL;
	struct span own;
	if (!inode_of(d, x, &i, e) || !tree_put(&d->m->tree, at, i, &n, e))
		return false;
	if (i->type != NODE_FILE || i->names != 1)
		return true;
	/* the node's path lives as long as the image */
	own = span_eq(at, x->path) ? n->path : arena_dup(d->m->arena, x->path);
	i->content = (struct content){ .kind = CONTENT_PATH,
				       .fd = d->fd,
				       .bytes = own };
	return own.p || err_full(e, "a path");
}

static bool
add(struct dir *d, const struct walk_entry *x, struct err *e)
{
	struct span at = x->path;
	d->pseudo += x->pseudo;
	if (x->path.n == 0)
		return d->over || fill(d, x, &d->m->tree.root, e);
	if (x->type == WALK_SOCKET) {
		d->sockets++;
		return true;
	}
	if (d->over && !land(d, x, &at, e))
		return false;
	return at.n == 0 || add_entry(d, x, at, e);
}

static bool
read_all(struct dir *d, struct err *e)
{
	DEFER(walk_close) struct walk *w = NULL;
	struct walk_entry x;
	bool more;
	uint64_t n = 0;
	if (!walk_open(&w, d->fd, d->m->arena, e))
		return false;
	for (;;) {
		if (!walk_next(w, &x, &more, e))
			return false;
		if (!more)
			return true;
		if (!add(d, &x, e))
			return false;
		if (++n % 1024 == 0)
			progress_step(d->m->progress, "reading", n, 0);
	}
}

static void
notes(const struct dir *d)
{
	if (d->sockets)
		note_info(d->m->notes, "dir-sockets",
			  "%s left out: only a running process can use it",
			  show_count(d->sockets, "socket", NULL).s);
	if (d->pseudo)
		note_info(d->m->notes, "dir-kernel",
			  "%s (proc, sys and the like) left empty",
			  show_count(d->pseudo, "mounted kernel file system",
				     NULL)
				  .s);
	if (d->odd)
		note_warn(d->m->notes, "dir-modes",
			  "%s not kept: git records only 0755 and 0644; the "
			  "first is that of %s. --dir-modes keep uses owners "
			  "and modes as they are on this disk",
			  show_count(d->odd, "mode", NULL).s, show(d->what).s);
}

static bool
read_dir(const char *path, bool over, struct image *m, struct err *e)
{
	DEFER(dir_finish) struct dir d = { .m = m, .fd = -1, .over = over };
	m->git_modes = m->modes == IMAGE_MODES_GIT;
	if (!fs_open_dir(path, &d.fd, e) || !image_keep_fd(m, d.fd, e))
		return false;
	map_init(&d.inodes, &d.own, m->tree.names.seed);
	if (!read_all(&d, e))
		return err_ctx(e, "%s", show_str(path).s);
	notes(&d);
	return true;
}

bool
source_dir_is(const char *path, struct err *e)
{
	if (fs_kind(path) != FS_FILE)
		return true;
	err_set(e, ERR_USAGE, "%s is not a directory", show_str(path).s);
	return err_hint(e, "omit dir:, or use tar: for a file-system archive");
}

bool
dir_open(const struct source *s, const struct source_options *o,
	 struct image *m, struct err *e)
{
	(void)o;
	return source_dir_is(s->where, e) && read_dir(s->where, false, m, e);
}

bool
source_dir_over(const char *path, struct image *m, struct err *e)
{
	return read_dir(path, true, m, e);
}
