#include "sys/claim.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fmt.h"
#include "base/path.h"
#include "base/span.h"

enum use { USE_INPUT, USE_TREE, USE_OUTPUT };

/* A file, or the place of a future file: then inode is 0, and the name in the
 * directory identifies it. */
struct claim {
	struct claim *next;
	const char *what, *path, *name;
	enum use use;
	bool there, device;
	dev_t dev, dir_dev;
	ino_t ino, dir_ino;
	const char *real; /* a tree: its path without links */
};

static bool
no_file(const char *path)
{
	return !path || !path[0] || strcmp(path, "-") == 0 ||
	       span_starts(span_str(path), SPAN("fd:")) ||
	       span_starts(span_str(path), SPAN("pkcs11:"));
}

static struct claim *
look(struct claims *c, enum use use, const char *what, const char *path)
{
	struct stat st, dir_st;
	struct claim *x = NEW(c->arena, struct claim, 1);
	const char *dir = arena_cstr(c->arena, path_parent(span_str(path)));
	if (!x || !dir)
		return NULL;
	*x = (struct claim){ .what = what,
			     .path = path,
			     .name = (const char *)path_base(span_str(path)).p,
			     .use = use };
	if (stat(path, &st) == 0) {
		x->there = true;
		x->device = !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
		x->dev = st.st_dev;
		x->ino = st.st_ino;
	}
	if (stat(dir, &dir_st) == 0) {
		x->dir_dev = dir_st.st_dev;
		x->dir_ino = dir_st.st_ino;
	}
	return x;
}

static bool
same(const struct claim *a, const struct claim *b)
{
	if (a->there && b->there && a->dev == b->dev && a->ino == b->ino)
		return true;
	return a->dir_ino && a->dir_ino == b->dir_ino &&
	       a->dir_dev == b->dir_dev && strcmp(a->name, b->name) == 0;
}

/* Whether the tree is one of the directories above this file. */
static bool
below(const struct claim *tree, const struct claim *file, struct arena *a)
{
	char real[PATH_MAX];
	const char *dir = arena_cstr(a, path_parent(span_str(file->path)));
	size_t n = tree->real ? strlen(tree->real) : 0;
	if (!n || !dir)
		return false;
	/* the file that is overwritten, and the place of a new one */
	const char *places[] = { file->path, dir };
	for (size_t i = 0; i < COUNT(places); i++) {
		if (!realpath(places[i], real) ||
		    strncmp(real, tree->real, n) != 0)
			continue;
		if (n == 1 || real[n] == '\0' || real[n] == '/')
			return true;
	}
	return false;
}

static bool
refuse(const struct claim *old, const struct claim *file, struct err *e)
{
	bool output = old->use == USE_OUTPUT;
	if (old->use == USE_TREE)
		err_set(e, ERR_USAGE, "%s, %s, is in %s, %s", file->what,
			show_str(file->path).s, old->what,
			show_str(old->path).s);
	else
		err_set(e, ERR_USAGE, "%s, %s, and %s, %s, are the same file",
			old->what, show_str(old->path).s, file->what,
			show_str(file->path).s);
	err_hint(e, output ? "give each its own name"
			   : "write it somewhere else: the inputs must"
			     " not change");
	return err_id(e, output ? "output-twice" : "output-is-input");
}

static bool
full(struct err *e)
{
	return err_full(e, "the names of files");
}

static bool
add(struct claims *c, enum use use, const char *what, const char *path,
    struct err *e)
{
	if (no_file(path))
		return true;
	struct claim *x = look(c, use, what, path);
	if (!x)
		return full(e);
	if (x->device)
		return true;
	for (const struct claim *o = c->first; use == USE_OUTPUT && o;
	     o = o->next)
		if (o->use == USE_TREE ? below(o, x, c->arena) : same(o, x))
			return refuse(o, x, e);
	if (use == USE_TREE) {
		char real[PATH_MAX];
		x->real = realpath(path, real) ? arena_fmt(c->arena, "%s", real)
					       : "";
		if (!x->real)
			return full(e);
	}
	x->next = c->first;
	c->first = x;
	return true;
}

bool
claim_input(struct claims *c, const char *what, const char *path, struct err *e)
{
	return add(c, USE_INPUT, what, path, e);
}

bool
claim_tree(struct claims *c, const char *what, const char *path, struct err *e)
{
	return add(c, USE_TREE, what, path, e);
}

bool
claim_output(struct claims *c, const char *what, const char *path,
	     struct err *e)
{
	return add(c, USE_OUTPUT, what, path, e);
}
