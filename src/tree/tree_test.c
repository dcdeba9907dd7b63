#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "tree/resolve.h"
#include "tree/tree.h"
#include "sys/fs.h"

static const uint64_t seed[2] = { 3, 4 };

static struct node *
add_node(struct test *t, struct tree *tree, const char *path,
	 enum node_type type)
{
	struct err e = { 0 };
	struct node *n = NULL;
	struct inode *i = tree_inode(tree);
	i->type = type;
	CHECK_OK(t, tree_put(tree, span_str(path), i, &n, &e), &e);
	return n;
}

/* Returns the paths in an order, joined by blanks. */
static const char *
names(struct test *t, const struct tree *tree, enum tree_order order)
{
	struct err e = { 0 };
	struct node **all;
	size_t n;
	DEFER(buf_free) struct buf b = buf_max(10000);
	CHECK_OK(t, tree_list(tree, order, &t->arena, &all, &n, &e), &e);
	for (size_t i = 0; i < n; i++) {
		buf_str(&b, i ? " " : "");
		buf_span(&b, all[i]->path);
	}
	return arena_cstr(&t->arena, buf_view(&b));
}

TEST(tree_orders)
{
	struct tree tree;
	tree_init(&tree, &t->arena, seed);
	add_node(t, &tree, "b/x", NODE_FILE);
	add_node(t, &tree, "a", NODE_DIR);
	add_node(t, &tree, "b.c", NODE_FILE);
	add_node(t, &tree, "a/z", NODE_FILE);
	CHECK_STR(t, names(t, &tree, TREE_BY_PATH), "a a/z b b.c b/x");
	CHECK_STR(t, names(t, &tree, TREE_BY_ARRIVAL), "b b/x a b.c a/z");
	CHECK(t, tree_find(&tree, SPAN("b"))->implied);
	CHECK(t, tree_find(&tree, SPAN("b"))->inode->mode == 0755);
	/* with an entry of its own now: no longer implied, children stay */
	add_node(t, &tree, "b", NODE_DIR);
	CHECK(t, !tree_find(&tree, SPAN("b"))->implied);
	CHECK(t, tree_find(&tree, SPAN("b/x")) != NULL);
}

TEST(tree_replaces_and_removes)
{
	struct tree tree;
	tree_init(&tree, &t->arena, seed);
	add_node(t, &tree, "d/e/f", NODE_FILE);
	add_node(t, &tree, "d/g", NODE_FILE);
	add_node(t, &tree, "h", NODE_FILE);
	struct inode *old = tree_find(&tree, SPAN("d/e/f"))->inode;
	add_node(t, &tree, "d/e", NODE_SYMLINK);
	CHECK_STR(t, names(t, &tree, TREE_BY_PATH), "d d/e d/g h");
	CHECK_U(t, old->names, 0);
	tree_remove(&tree, tree_find(&tree, SPAN("d/g")));
	tree_remove_children(&tree, tree_find(&tree, SPAN("d")));
	CHECK_STR(t, names(t, &tree, TREE_BY_PATH), "d h");
	tree_remove(&tree, tree_find(&tree, SPAN("d")));
	add_node(t, &tree, "d", NODE_FILE);
	CHECK_STR(t, names(t, &tree, TREE_BY_ARRIVAL), "h d");
	tree_remove(&tree, tree_find(&tree, SPAN("h")));
	tree_remove(&tree, tree_find(&tree, SPAN("d")));
	CHECK(t, tree.count == 0 && !tree_next(&tree, NULL));
}

TEST(hard_links_share_an_inode)
{
	struct err e = { 0 };
	struct tree tree;
	tree_init(&tree, &t->arena, seed);
	struct node *a = add_node(t, &tree, "a", NODE_FILE);
	CHECK(t, tree_put(&tree, SPAN("b"), a->inode, NULL, &e));
	CHECK_U(t, a->inode->names, 2);
	/* onto itself changes nothing */
	CHECK(t, tree_put(&tree, SPAN("b"), a->inode, NULL, &e));
	CHECK_U(t, a->inode->names, 2);
	tree_remove(&tree, a);
	CHECK_U(t, tree_find(&tree, SPAN("b"))->inode->names, 1);
}

TEST(tree_refuses_bad_paths)
{
	char *name = NEW(&t->arena, char, 5000);
	static const char *const bad[] = { "",    "/a",   "a/", "a//b",
					   "./a", "a/..", "..", "." };
	struct tree tree;
	struct err e = { 0 };
	tree_init(&tree, &t->arena, seed);
	for (size_t i = 0; i < COUNT(bad); i++) {
		CHECK(t, !tree_put(&tree, span_str(bad[i]), tree_inode(&tree),
				   NULL, &e));
		CHECK_STR(t, e.id, "tree-path");
	}
	CHECK(t, !tree_path_ok(SPAN("a\0b"), &e));
	memset(name, 'a', 4999);
	CHECK(t, tree_path_ok(span_of(name, 255), &e));
	CHECK(t, !tree_path_ok(span_of(name, 256), &e));
	for (size_t i = 100; i < 4999; i += 100)
		name[i] = '/';
	CHECK(t, tree_path_ok(span_of(name, 4095), &e));
	CHECK(t, !tree_path_ok(span_of(name, 4096), &e));
	add_node(t, &tree, "f", NODE_FILE);
	CHECK(t, !tree_put(&tree, SPAN("f/g"), tree_inode(&tree), NULL, &e));
	CHECK_STR(t, e.id, "tree-parent");
}

TEST(tree_survives_every_failed_allocation)
{
	for (unsigned n = 1;; n++) {
		struct arena a = { .fail_in = n };
		struct tree tree;
		struct err e = { 0 };
		tree_init(&tree, &a, seed);
		struct inode *i = tree_inode(&tree);
		bool ok = i && tree_put(&tree, SPAN("a/b"), i, NULL, &e);
		CHECK(t, ok != a.failed);
		CHECK(t, ok || !i || e.code == ERR_LIMIT);
		arena_finish(&a);
		if (ok)
			break;
	}
}

/* Does the same component by component, as a kernel does. */
static bool
/* NOLINTNEXTLINE(readability-function-cognitive-complexity): plain */
naive(const struct tree *t, const char *path, char *done, unsigned links)
{
	char rest[4096], next[4096];
	snprintf(rest, sizeof rest, "%s", path);
	for (char *p = rest; *p;) {
		char *slash = strchr(p, '/');
		size_t n = slash ? (size_t)(slash - p) : strlen(p);
		char *tail = slash ? slash + 1 : p + n;
		if (n == 2 && !strncmp(p, "..", 2)) {
			char *up = strrchr(done, '/');
			*(up ? up : done) = 0;
		} else if (n && !(n == 1 && *p == '.')) {
			size_t at = strlen(done);
			snprintf(done + at, 4096 - at, "%s%.*s", at ? "/" : "",
				 (int)n, p);
			const struct node *x = tree_find(t, span_str(done));
			if (x && x->inode->type == NODE_SYMLINK) {
				if (++links > 40)
					return false;
				done[at] = 0;
				if (x->inode->link.p[0] == '/')
					*done = 0;
				snprintf(next, sizeof next, "%.*s/%s",
					 SPAN_ARG(x->inode->link), tail);
				snprintf(rest, sizeof rest, "%s", next);
				p = rest;
				continue;
			}
		}
		p = tail;
	}
	return true;
}

static uint32_t
roll(uint32_t *dice, uint32_t n)
{
	*dice = *dice * 1664525 + 1013904223;
	return (*dice >> 8) % n;
}

static const char *
some_path(struct test *t, uint32_t *dice)
{
	static const char *const part[] = { "a",  "b", "c", "a",        "b",
					    "..", ".", "",  "long-name" };
	DEFER(buf_free) struct buf b = buf_max(200);
	for (unsigned n = 1 + roll(dice, 6); n; n--) {
		buf_str(&b, part[roll(dice, COUNT(part))]);
		buf_str(&b, n > 1 ? "/" : "");
	}
	return arena_cstr(&t->arena, buf_view(&b));
}

static void
some_tree(struct test *t, uint32_t *dice, struct tree *tree)
{
	struct err e = { 0 };
	for (unsigned i = 0; i < 12; i++) {
		struct inode *x = tree_inode(tree);
		x->type = roll(dice, 2) ? NODE_DIR : NODE_SYMLINK;
		x->link = span_str(some_path(t, dice));
		if (roll(dice, 3) == 0)
			x->link = span_str(arena_fmt(&t->arena, "/%s",
						     some_path(t, dice)));
		IGNORE(tree_put(tree, span_str(some_path(t, dice)), x, NULL,
				&e));
	}
}

TEST(links_lead_where_a_kernel_goes)
{
	uint32_t dice = 1;
	for (unsigned round = 0; round < 300; round++) {
		struct tree tree;
		struct err e = { 0 };
		tree_init(&tree, &t->arena, (const uint64_t[2]){ 1, round });
		some_tree(t, &dice, &tree);
		for (unsigned i = 0; i < 40; i++) {
			char want[4096] = "";
			struct span got;
			struct node *n;
			const char *path = some_path(t, &dice);
			bool ok = naive(&tree, path, want, 0);
			CHECK(t, tree_resolve(&tree, span_str(path), &t->arena,
					      &got, &n, &e) == ok);
			if (ok && !CHECK_SPAN(t, got, span_str(want)))
				return;
		}
	}
}

TEST(content_from_every_place)
{
	struct err e = { 0 };
	struct inode i = { .type = NODE_FILE, .size = 3 };
	const char *dir = test_dir(t);
	char *path = arena_fmt(&t->arena, "%s/f", dir);
	int fd = -1, dirfd = -1;
	struct content places[3];
	CHECK(t, fs_write_file(path, SPAN("abcde"), 0600, &e));
	CHECK(t, fs_open(path, &fd, &e) && fs_open_dir(dir, &dirfd, &e));
	places[0] = (struct content){ .bytes = SPAN("bcd") };
	places[1] =
		(struct content){ .kind = CONTENT_FD, .fd = fd, .offset = 1 };
	places[2] = (struct content){ .kind = CONTENT_PATH,
				      .fd = dirfd,
				      .bytes = SPAN("f") };
	for (size_t k = 0; k < COUNT(places); k++) {
		DEFER(buf_free) struct buf b = buf_max(100);
		struct sink sink = buf_sink(&b);
		struct span whole;
		i.content = places[k];
		i.size = k == 2 ? 5 : 3;
		CHECK_OK(t, content_send(&i, &sink, &e), &e);
		CHECK_SPAN(t, buf_view(&b),
			   k == 2 ? SPAN("abcde") : SPAN("bcd"));
		CHECK_OK(t, content_read(&i, 5, &t->arena, &whole, &e), &e);
		CHECK_SPAN(t, whole, buf_view(&b));
		CHECK(t, !content_read(&i, 2, &t->arena, &whole, &e));
	}
	struct span patched;
	content_patch(&i, 1, SPAN("XY"));
	CHECK_OK(t, content_read(&i, 5, &t->arena, &patched, &e), &e);
	CHECK_SPAN(t, patched, SPAN("aXYde"));
	i.size = 4; /* the file has 5 now */
	CHECK(t, !content_read(&i, 9, &t->arena, &(struct span){ 0 }, &e));
	CHECK_STR(t, e.id, "content-changed");
	fd_close(fd);
	fd_close(dirfd);
}

TEST(content_below_a_directory_follows_no_link)
{
	struct err e = { 0 };
	struct span whole;
	const char *dir = test_dir(t);
	int dirfd = -1;
	CHECK(t, fs_open_dir(dir, &dirfd, &e));
	struct inode i = { .type = NODE_FILE,
			   .content = { .kind = CONTENT_PATH,
					.fd = dirfd,
					.bytes = SPAN("../x") } };
	CHECK(t, !content_read(&i, 9, &t->arena, &whole, &e));
	fd_close(dirfd);
}
