#include "oci/layer.h"

#include "base/limits.h"
#include "codec/hex.h"
#include "crypto/digest.h"
#include "oci/layer_kit.h"

#include <stdio.h>

#define KIT DEFER(kit_finish) struct kit

TEST(a_layer_makes_a_tree)
{
	KIT k;
	kit_init(&k, t);
	mk_entry(&k.b, (struct mk){ "./", '5', .mode = 0700, .uid = 7 });
	mk_dir(&k.b, "./etc/");
	mk_file(&k.b, "/etc//passwd", "root");
	mk_file(&k.b, "./usr/./bin/sh", "#!");
	mk_link(&k.b, '1', "usr/bin/bash", "./usr/bin/sh");
	mk_link(&k.b, '2', "bin", "usr/bin");
	mk_entry(&k.b, (struct mk){ "dev/null", '3', .mode = 0666, .major = 1,
				    .minor = 3 });
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_STR(t, kit_text(&k, t),
		  "bin->usr/bin dev/? dev/null etc/ etc/passwd usr/? "
		  "usr/bin/? usr/bin/bash usr/bin/sh");
	CHECK_STR(t, kit_read(&k, t, "usr/bin/bash"), "#!");
	const struct node *a = tree_find(&k.m.tree, SPAN("usr/bin/bash"));
	CHECK_U(t, a->inode->names, 2);
	CHECK(t, k.m.tree.root.mode == 0700 && k.m.tree.root.uid == 7);
	a = tree_find(&k.m.tree, SPAN("dev/null"));
	CHECK(t, a->inode->type == NODE_CHAR && a->inode->minor == 3);
}

static void
base(struct kit *k, struct test *t)
{
	mk_dir(&k->b, "d");
	mk_file(&k->b, "d/a", "lower a");
	mk_file(&k->b, "d/b", "lower b");
	mk_entry(&k->b, (struct mk){ "d/s", '5', .mode = 0700 });
	mk_file(&k->b, "d/s/x", "lower x");
	mk_link(&k->b, '2', "l", "d/s");
	CHECK_OK(t, kit_apply(k, false), &k->e);
}

struct whiteouts {
	const char *names[5]; /* files of the upper layer */
	const char *tree;
};

/* The order of entries in a layer makes no difference: each row is applied
 * forwards and backwards. */
TEST(whiteouts_hide_lower_layers_only)
{
	static const struct whiteouts rows[] = {
		{ { "d/.wh.a" }, "d/ d/b d/s/ d/s/x l->d/s" },
		{ { ".wh.d" }, "l->d/s" },
		{ { ".wh.d", "d/a" }, "d/? d/a l->d/s" },
		{ { "d/.wh..wh..opq" }, "d/ l->d/s" },
		{ { "d/.wh..wh..opq", "d/a", "d/new" }, "d/ d/a d/new l->d/s" },
		{ { "d/.wh..wh..opq", "d/s/y" }, "d/ d/s/? d/s/y l->d/s" },
		{ { "d/.wh.s", "d/s/y", "d/s/t/z" },
		  "d/ d/a d/b d/s/? d/s/t/? d/s/t/z d/s/y l->d/s" },
		{ { ".wh..wh..opq", "e" }, "e" },
		{ { "d/.wh.a", "d/a" }, "d/ d/a d/b d/s/ d/s/x l->d/s" },
		{ { "d/.wh.none", ".wh.none", "q/.wh.z" },
		  "d/ d/a d/b d/s/ d/s/x l->d/s" },
		{ { "l/.wh.x" }, "d/ d/a d/b d/s/ l->d/s" },
		{ { "l/.wh..wh..opq" }, "d/ d/a d/b d/s/ l->d/s" },
		{ { ".wh..wh.aufs", ".wh..wh.plnk/12.3" },
		  "d/ d/a d/b d/s/ d/s/x l->d/s" },
		{ { ".wh.l" }, "d/ d/a d/b d/s/ d/s/x" },
	};
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		const struct whiteouts *r = &rows[i / 2];
		size_t n = 0;
		KIT k;
		kit_init(&k, t);
		base(&k, t);
		while (n < 5 && r->names[n])
			n++;
		for (size_t j = 0; j < n; j++)
			mk_file(&k.b, r->names[i % 2 ? n - 1 - j : j], "up");
		CHECK_OK(t, kit_apply(&k, false), &k.e);
		CHECK_STR(t, kit_text(&k, t), r->tree);
	}
}

/* Applies the entries of one layer in every order; "d/" is a directory and
 * "a->b" a link. */
static void
permuted(struct test *t, const char *const *names, size_t n, const char *tree)
{
	size_t order[6] = { 0, 1, 2, 3, 4, 5 }, all = 1;
	for (size_t i = 2; i <= n; i++)
		all *= i;
	for (size_t round = 0; round < all; round++) {
		KIT k;
		kit_init(&k, t);
		mk_dir(&k.b, "target");
		mk_file(&k.b, "target/old", "");
		mk_dir(&k.b, "other");
		mk_link(&k.b, '2', "link", "target");
		CHECK_OK(t, kit_apply(&k, false), &k.e);
		size_t code = round;
		for (size_t i = n; i > 1; i--) { /* the round's permutation */
			size_t j = code % i, keep = order[i - 1];
			code /= i;
			order[i - 1] = order[j];
			order[j] = keep;
		}
		for (size_t i = 0; i < n; i++) {
			const char *s = names[order[i]];
			const char *to = strstr(s, "->");
			if (to)
				mk_link(&k.b, '2',
					arena_fmt(&t->arena, "%.*s",
						  (int)(to - s), s),
					to + 2);
			else if (s[strlen(s) - 1] == '/')
				mk_dir(&k.b, s);
			else
				mk_file(&k.b, s, "");
		}
		CHECK_OK(t, kit_apply(&k, false), &k.e);
		CHECK_STR(t, kit_text(&k, t), tree);
		CHECK(t, !note_has(&k.n, "tar-double"));
	}
}

TEST(the_order_within_a_layer_makes_no_difference)
{
	static const struct {
		const char *names[6];
		const char *tree;
	} rows[] = {
		/* buildah also keeps the target of the link */
		{ { "link/.wh..wh..opq", "link/", "link/new" },
		  "link/ link/new other/ target/ target/old" },
		{ { "link/", "link/new" },
		  "link/ link/new other/ target/ target/old" },
		{ { ".wh.link", "link/new" },
		  "link/? link/new other/ target/ target/old" },
		{ { ".wh.link", "link/.wh.old" }, "other/ target/ target/old" },
		{ { "link->other", "link/new" },
		  "link->other other/ other/new target/ target/old" },
		{ { "link->other", "link/.wh.old", "link/new" },
		  "link->other other/ other/new target/ target/old" },
		{ { "link/.wh.old", "link/new" },
		  "link->target other/ target/ target/new" },
		{ { ".wh.target", "target/", "target/new", "link/x" },
		  "link->target other/ target/ target/new target/x" },
		{ { "link/", "link/.wh..wh..opq", "link/deep/", "link/deep/f",
		    "other/.wh.none" },
		  "link/ link/deep/ link/deep/f other/ target/ target/old" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = 0;
		while (n < 6 && rows[i].names[n])
			n++;
		permuted(t, rows[i].names, n, rows[i].tree);
	}
}

TEST(whiteouts_through_links_are_remarked_upon)
{
	for (unsigned through = 0; through < 2; through++) {
		KIT k;
		kit_init(&k, t);
		base(&k, t);
		mk_file(&k.b, through ? "l/.wh.x" : "d/s/.wh.x", "");
		CHECK_OK(t, kit_apply(&k, false), &k.e);
		CHECK(t, note_has(&k.n, "layer-whiteout-link") == through);
	}
}

TEST(hidden_directories_lose_their_mode)
{
	KIT k;
	kit_init(&k, t);
	base(&k, t);
	mk_file(&k.b, "d/s/y", "");
	mk_file(&k.b, "d/.wh.s", "");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_U(t, tree_find(&k.m.tree, SPAN("d/s"))->inode->mode, 0755);
}

/* GNU tar, libarchive, Go and Python agree: the file stays, and no data
 * follows a directory's header. */
TEST(odd_entries_that_all_read_alike)
{
	KIT k;
	kit_init(&k, t);
	mk_file(&k.b, "a", "here");
	mk_link(&k.b, '1', "a", "./a");
	mk_entry(&k.b, (struct mk){ "soft", '2', .link = "a" });
	mk_link(&k.b, '1', "soft", "soft");
	uint8_t h[512];
	mk_header(&k.b, &(struct mk){ "d/", '5', .mode = 0755 }, 4096, h);
	mk_file(&k.b, "d/b", "next");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	/* and of a lower layer's file */
	mk_link(&k.b, '1', "d/b", "d/b");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_STR(t, kit_text(&k, t), "a d/ d/b soft->a");
	CHECK_STR(t, kit_read(&k, t, "a"), "here");
	CHECK_STR(t, kit_read(&k, t, "d/b"), "next");
	CHECK_U(t, tree_find(&k.m.tree, SPAN("a"))->inode->names, 1);
	CHECK(t, note_has(&k.n, "tar-link-self"));
	CHECK(t, note_has(&k.n, "tar-dir-size"));
	CHECK(t, !note_has(&k.n, "tar-double"));
}

TEST(layers_replace_types)
{
	KIT k;
	kit_init(&k, t);
	base(&k, t);
	mk_file(&k.b, "d/s", "now a file");
	mk_dir(&k.b, "d/a");
	mk_dir(&k.b, "l");
	mk_entry(&k.b, (struct mk){ "d", '5', .mode = 0711 });
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_STR(t, kit_text(&k, t), "d/ d/a/ d/b d/s l/");
	CHECK_U(t, tree_find(&k.m.tree, SPAN("d"))->inode->mode, 0711);
}

TEST(hard_links_across_layers)
{
	KIT k;
	kit_init(&k, t);
	base(&k, t);
	mk_link(&k.b, '1', "h", "d/a");
	mk_link(&k.b, '1', "via", "l/x"); /* through a link to a directory */
	mk_link(&k.b, '1', "soft", "l");  /* of a symbolic link itself */
	mk_file(&k.b, "d/a", "new a");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_STR(t, kit_read(&k, t, "h"), "lower a");
	CHECK_STR(t, kit_read(&k, t, "d/a"), "new a");
	CHECK_STR(t, kit_read(&k, t, "via"), "lower x");
	CHECK(t, tree_find(&k.m.tree, SPAN("soft"))->inode ==
			 tree_find(&k.m.tree, SPAN("l"))->inode);
	CHECK(t, note_has(&k.n, "tar-link-meta") == false);
}

TEST(symlinked_parents_stay_inside)
{
	KIT k;
	kit_init(&k, t);
	mk_dir(&k.b, "usr/bin");
	mk_link(&k.b, '2', "bin", "usr/bin");
	mk_link(&k.b, '2', "abs", "/usr/bin");
	mk_link(&k.b, '2', "out", "../../../usr");
	mk_link(&k.b, '2', "hop", "bin");
	mk_link(&k.b, '2', "dangling", "opt/there");
	mk_file(&k.b, "bin/a", "");
	mk_file(&k.b, "abs/b", "");
	mk_file(&k.b, "out/c", "");
	mk_file(&k.b, "hop/d", "");
	mk_file(&k.b, "dangling/e", "");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_STR(t, kit_text(&k, t),
		  "abs->/usr/bin bin->usr/bin dangling->opt/there hop->bin "
		  "opt/? opt/there/? opt/there/e out->../../../usr usr/? "
		  "usr/bin/ usr/bin/a usr/bin/b usr/bin/d usr/c");
}

TEST(changed_links_are_followed_anew)
{
	KIT k;
	kit_init(&k, t);
	mk_dir(&k.b, "a");
	mk_dir(&k.b, "b");
	mk_link(&k.b, '2', "l", "a");
	mk_file(&k.b, "l/1", "");
	mk_link(&k.b, '2', "l", "b");
	mk_file(&k.b, "l/2", "");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_STR(t, kit_text(&k, t), "a/ a/1 b/ b/2 l->b");
	CHECK(t, note_has(&k.n, "tar-double"));
}

/* Path after path goes through the same links, 1,000 directories deep: the
 * work for each grows with the depth, and the total is bounded. */
TEST(links_through_deep_directories_are_cheap)
{
	KIT k;
	enum { DEEP = 1000, HOPS = 38, AGAIN = 2000 };
	static char deep[2 * DEEP + 1], name[DEEP * 2 + 20], to[sizeof name];
	kit_init(&k, t);
	for (size_t i = 0; i < DEEP; i++)
		memcpy(deep + 2 * i, i ? "/d" : "dd", 2);
	mk_dir(&k.b, deep);
	for (int i = 0; i < HOPS; i++) {
		snprintf(name, sizeof name, "%s/l%d", deep, i);
		snprintf(to, sizeof to, i + 1 < HOPS ? "/%s/l%d" : "/%s/end",
			 deep, i + 1);
		/* GNU's long name and long link */
		mk_entry(&k.b, (struct mk){ "L", .type = 'L',
					    .data = span_str(name) });
		mk_entry(&k.b,
			 (struct mk){ "K", .type = 'K', .data = span_str(to) });
		mk_link(&k.b, '2', "x", "y");
	}
	snprintf(name, sizeof name, "%s/l0/f", deep);
	for (int i = 0; i < AGAIN; i++) {
		mk_entry(&k.b, (struct mk){ "L", .type = 'L',
					    .data = span_str(name) });
		mk_file(&k.b, "f", "");
	}
	CHECK(t, !kit_apply(&k, false));
	CHECK_STR(t, k.e.id, "budget");
	/* some hundreds of them: each costs as much as a few look-ups */
	CHECK(t, k.m.entries > 100 && k.m.walk.spent < 300 * MIB);
}

TEST(names_that_come_again_count)
{
	KIT k;
	kit_init(&k, t);
	k.m.entries = LIMIT_ENTRIES - 2;
	for (int i = 0; i < 3; i++)
		mk_file(&k.b, "same", "");
	CHECK(t, !kit_apply(&k, false));
	CHECK(t, k.e.code == ERR_LIMIT);
	CHECK_HAS(t, k.e.msg, "entries");
}

/* A few bytes that decompress to many. */
TEST(holes_have_a_budget)
{
	KIT k;
	kit_init(&k, t);
	for (unsigned i = 0; i < 3; i++) {
		struct buf x = buf_max(1000);
		mk_record(&x, SPAN("GNU.sparse.size=4000000000"));
		mk_record(&x, SPAN("GNU.sparse.map=10,3"));
		mk_entry(&k.b,
			 (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
		buf_free(&x);
		mk_file(&k.b, "disk", "abc");
	}
	struct buf again = buf_max(1 << 20);
	buf_span(&again, buf_view(&k.b));
	CHECK(t, !kit_apply(&k, false));
	CHECK_STR(t, k.e.id, "budget");
	CHECK_HAS(t, k.e.hint, "--max-unpacked");
	kit_finish(&k);
	kit_init(&k, t);
	image_allow(&k.m, 12 * GIB);
	buf_span(&k.b, buf_view(&again));
	buf_free(&again);
	CHECK_OK(t, kit_apply(&k, false), &k.e);
}

struct refused {
	char type;
	const char *name, *link, *id;
};

TEST(hostile_entries_are_refused)
{
	static const struct refused rows[] = {
		{ '0', "../x", "", "tree-path" },
		{ '0', "a/../../x", "", "tree-path" },
		{ '0', "a/..", "", "tree-path" },
		{ '0', "./", "", "tar-type" },
		{ '2', ".", "x", "tree-path" },
		{ '0', "d/a/below", "", "tree-parent" },
		{ '0', "loop/x", "", "path-links" },
		{ '1', "h", "none", "layer-link" },
		{ '1', "h", "d", "layer-link" },
		{ '1', "h", "../etc/passwd", "tree-path" },
		{ '1', "d/none", "d/none", "layer-link" },
		{ '1', "d", "d/a", "layer-link" },
		{ '0', "d/.wh.", "", "tree-path" },
		{ '0', "d/.wh..", "", "tree-path" },
		{ '0', "d/.wh...", "", "tree-path" },
		{ '0', "d/.wh.a/b", "", "tree-path" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct refused *r = &rows[i];
		KIT k;
		kit_init(&k, t);
		mk_dir(&k.b, "d");
		mk_file(&k.b, "d/a", "");
		mk_link(&k.b, '2', "loop", "loop");
		mk_link(&k.b, r->type, r->name, r->link);
		CHECK(t, !kit_apply(&k, false));
		CHECK(t, k.e.code == ERR_INPUT);
		CHECK_STR(t, k.e.id ? k.e.id : k.e.msg, r->id);
		CHECK_HAS(t, k.e.msg, "layer: ");
	}
}

TEST(names_at_their_limits)
{
	DEFER(buf_free) struct buf name = buf_max(10000);
	for (size_t n = LIMIT_PATH; n <= LIMIT_PATH + 1; n++) {
		KIT k;
		kit_init(&k, t);
		buf_clear(&name);
		buf_str(&name, "path=");
		while (name.n < n + 5)
			buf_str(&name, name.n % 2 ? "a" : "/");
		if (name.p[name.n - 1] == '/')
			name.p[name.n - 1] = 'a';
		mk_pax(&k.b, buf_view(&name));
		mk_file(&k.b, "x", "");
		CHECK(t, kit_apply(&k, false) == (n == LIMIT_PATH));
	}
	for (size_t n = LIMIT_NAME; n <= LIMIT_NAME + 1; n++) {
		KIT k;
		kit_init(&k, t);
		buf_clear(&name);
		buf_str(&name, "path=");
		while (name.n < n + 5)
			buf_str(&name, "a");
		mk_pax(&k.b, buf_view(&name));
		mk_file(&k.b, "x", "");
		CHECK(t, kit_apply(&k, false) == (n == LIMIT_NAME));
	}
}

TEST(plain_archives_have_no_whiteouts)
{
	KIT k;
	kit_init(&k, t);
	mk_file(&k.b, "a", "");
	mk_file(&k.b, ".wh.a", "");
	CHECK_OK(t, kit_apply(&k, true), &k.e);
	CHECK_STR(t, kit_text(&k, t), ".wh.a a");
	CHECK(t, note_has(&k.n, "tar-whiteout"));
}

TEST(names_are_bytes)
{
	KIT k;
	kit_init(&k, t);
	mk_file(&k.b, "\xff\xfe", "");
	mk_file(&k.b, "e\xcc\x81", "");
	mk_file(&k.b, "\xc3\xa9", "");
	mk_file(&k.b, "A", "");
	mk_file(&k.b, "a", "");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_U(t, k.m.tree.count, 5);
}

TEST(attributes_and_sparse_files)
{
	KIT k;
	kit_init(&k, t);
	struct err e = { 0 };
	struct buf x = buf_max(1000);
	mk_pax(&k.b, SPAN("SCHILY.xattr.security.capability=\1\0"));
	mk_file(&k.b, "ping", "");
	mk_record(&x, SPAN("GNU.sparse.size=1073741824"));
	mk_record(&x, SPAN("GNU.sparse.map=10,3"));
	mk_entry(&k.b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	buf_free(&x);
	mk_file(&k.b, "disk", "abc");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	const struct xattr *a =
		tree_find(&k.m.tree, SPAN("ping"))->inode->xattr;
	CHECK(t, a && !a->next && span_is(a->name, "security.capability"));
	CHECK_SPAN(t, a->value, SPAN("\1\0"));
	const struct inode *disk = tree_find(&k.m.tree, SPAN("disk"))->inode;
	uint8_t head[14];
	size_t got;
	CHECK_U(t, disk->size, 1 << 30);
	CHECK_OK(t, content_head(disk, head, sizeof head, &got, &e), &e);
	CHECK_SPAN(t, span_of(head, got),
		   span_of("\0\0\0\0\0\0\0\0\0\0abc\0", 14));
	uint64_t room;
	CHECK_OK(t, fs_room(k.m.spool, &room, &e), &e);
	CHECK(t, room <= 64 * KIB);
}

static char *
digest_text(struct test *t, struct span s)
{
	struct hash h;
	struct err e = { 0 };
	CHECK(t, digest_of(DIGEST_SHA256, &s, 1, &h, &e));
	return arena_fmt(&t->arena, "sha256:%s",
			 hex_of(&t->arena, hash_span(&h)));
}

TEST(digests_are_compared)
{
	for (int bad = 0; bad < 3; bad++) {
		KIT k;
		struct layer_source s = { .what = "layer" };
		int fd = -1;
		kit_init(&k, t);
		mk_file(&k.b, "a", ""); /* and no end mark */
		s.digest = span_str(digest_text(t, buf_view(&k.b)));
		s.diff_id = s.digest;
		if (bad == 1)
			s.digest = span_str(digest_text(t, SPAN("")));
		if (bad == 2)
			s.diff_id = span_str(digest_text(t, SPAN("")));
		CHECK(t, fs_tmpfile(NULL, &fd, &k.e) &&
				 fs_write(fd, buf_view(&k.b), &k.e) &&
				 image_keep_fd(&k.m, fd, &k.e));
		s.window = (struct window){ fd, 0, k.b.n };
		CHECK(t, image_apply_layer(&k.m, &s, &k.e) == (bad == 0));
		CHECK(t, !bad || span_is(span_str(k.e.id), "layer-digest"));
		/* without a digest it could be half an archive */
		s.digest = s.diff_id = (struct span){ 0 };
		CHECK(t, !image_apply_layer(&k.m, &s, &k.e));
		CHECK_STR(t, k.e.id, "tar-truncated");
	}
}

TEST(many_entries_in_one_directory)
{
	KIT k;
	enum { MANY = 100000 };
	kit_init(&k, t);
	for (size_t i = 0; i < MANY; i++) {
		struct mk m = { .name = arena_fmt(&t->arena, "dir/%zu", i) };
		if (i % 1000 == 0)
			arena_finish(&t->arena);
		m.name = arena_fmt(&t->arena, "dir/%zu", i);
		mk_entry(&k.b, m);
	}
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_U(t, k.m.tree.count, MANY + 1);
	mk_file(&k.b, "dir/.wh..wh..opq", "");
	mk_file(&k.b, "dir/.wh..wh..opq", "");
	CHECK_OK(t, kit_apply(&k, false), &k.e);
	CHECK_U(t, k.m.tree.count, 1);
}

TEST(every_failed_allocation)
{
	for (unsigned n = 1;; n++) {
		KIT k;
		kit_init(&k, t);
		mk_file(&k.b, "d/a", "x");
		mk_pax(&k.b, SPAN("SCHILY.xattr.user.a=b"));
		mk_file(&k.b, "d/b", "x");
		mk_link(&k.b, '2', "l", "d");
		mk_link(&k.b, '1', "h", "l/a");
		k.arena.fail_in = n;
		bool ok = kit_apply(&k, false);
		CHECK(t, ok != k.arena.failed);
		CHECK(t, ok || k.e.code == ERR_LIMIT);
		if (ok)
			break;
	}
}
