/* Applies two layers cut out of the input; the tree must stay consistent. */
#include "base/path.h"
#include "oci/layer.h"

#include "base/fuzz.h"
#include "sys/fs.h"

static void
check_tree(const struct tree *t)
{
	struct err e = { 0 };
	size_t n = 0;
	for (struct node *x = NULL; (x = tree_next(t, x)); n++) {
		struct span dir = path_dir(x->path);
		ASSERT(!x->gone && tree_find(t, x->path) == x);
		ASSERT(tree_path_ok(x->path, &e));
		ASSERT(x->inode->names > 0);
		ASSERT(x->parent ? span_eq(x->parent->path, dir) : dir.n == 0);
		ASSERT(!x->parent || x->parent->inode->type == NODE_DIR);
		ASSERT(!x->child || x->inode->type == NODE_DIR);
		ASSERT(x->inode->type != NODE_DIR || x->inode->names == 1);
	}
	ASSERT(n == t->count);
}

static bool
apply(struct image *m, int fd, uint64_t at, uint64_t n, struct err *e)
{
	struct layer_source s = { .window = { fd, at, n }, .what = "layer" };
	return image_apply_layer(m, &s, e);
}

FUZZ(in)
{
	DEFER(fd_closep) int fd = -1;
	struct arena a = { .max = 16 << 20 };
	struct notes n = { .arena = &a };
	struct err e = { 0 };
	struct image m;
	size_t half = in.n / 1024 * 512;
	ASSERT(image_init(&m, &a, &n, NULL, &e));
	ASSERT(fs_tmpfile("/dev/shm", &fd, &e) && fs_write(fd, in, &e));
	if (apply(&m, fd, 0, half, &e))
		check_tree(&m.tree);
	if (apply(&m, fd, half, in.n - half, &e) || apply(&m, fd, 0, in.n, &e))
		check_tree(&m.tree);
	else
		ASSERT(e.code != OK && e.msg[0]);
	image_finish(&m);
	arena_finish(&a);
}
