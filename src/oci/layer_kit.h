/*
 * For tests of layers: makes a tar archive in memory, writes it to a file and
 * applies it; prints a tree as one line of text.
 */
#pragma once

#include "base/test.h"
#include "codec/tar_kit.h"
#include "oci/layer.h"
#include "sys/fs.h"

struct kit {
	struct image m;
	struct notes n;
	struct arena arena;
	struct err e;
	struct buf b; /* the archive being made */
};

UNUSED static void
kit_init(struct kit *k, struct test *t)
{
	*k = (struct kit){ .n = { .arena = &t->arena }, .b = buf_max(1 << 26) };
	CHECK(t, image_init(&k->m, &k->arena, &k->n, NULL, &k->e));
}

UNUSED static void
kit_finish(struct kit *k)
{
	image_finish(&k->m);
	arena_finish(&k->arena);
	buf_free(&k->b);
}

/* Applies the archive made so far, with an end mark; the archive is then
 * empty. */
UNUSED static bool
kit_apply(struct kit *k, bool plain)
{
	struct layer_source s = { .what = "layer", .plain = plain };
	int fd = -1;
	mk_end(&k->b);
	if (!fs_tmpfile(NULL, &fd, &k->e) ||
	    !fs_write(fd, buf_view(&k->b), &k->e) ||
	    !image_keep_fd(&k->m, fd, &k->e))
		return false;
	s.window = (struct window){ fd, 0, k->b.n };
	buf_clear(&k->b);
	return image_apply_layer(&k->m, &s, &k->e);
}

/* Returns "d/ d/f l->x": directories have a slash, implied ones a question
 * mark. */
UNUSED static const char *
kit_text(struct kit *k, struct test *t)
{
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	struct node **all;
	size_t n;
	CHECK_OK(
		t,
		tree_list(&k->m.tree, TREE_BY_PATH, &t->arena, &all, &n, &k->e),
		&k->e);
	for (size_t i = 0; i < n; i++) {
		const struct inode *x = all[i]->inode;
		buf_str(&b, i ? " " : "");
		buf_span(&b, all[i]->path);
		buf_str(&b, x->type == NODE_DIR ? "/" : "");
		buf_str(&b, all[i]->implied ? "?" : "");
		buf_str(&b, x->type == NODE_SYMLINK ? "->" : "");
		buf_span(&b, x->link);
	}
	return arena_cstr(&t->arena, buf_view(&b));
}

/* Returns a file's bytes as text. */
UNUSED static const char *
kit_read(struct kit *k, struct test *t, const char *path)
{
	struct span s = { 0 };
	const struct node *n = tree_find(&k->m.tree, span_str(path));
	if (!n || n->inode->type != NODE_FILE)
		return "no file";
	CHECK_OK(t, content_read(n->inode, 1 << 20, &t->arena, &s, &k->e),
		 &k->e);
	return arena_cstr(&t->arena, s);
}
