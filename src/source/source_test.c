#include "base/path.h"
#include "source/source.h"

#include <sys/stat.h>
#include <unistd.h>

#include "oci/layer_kit.h"
#include "source/local.h"
#include "source/rows.h"

static char *
file(struct test *t, const char *dir, const char *name, struct span bytes)
{
	struct err e = { 0 };
	char *path = path_join(&t->arena, dir, name);
	CHECK_OK(t, fs_write_file(path, bytes, 0644, &e), &e);
	return path;
}

/* Makes a tar with files of these names. */
static char *
tar(struct test *t, const char *dir, const char *name,
    const char *const names[])
{
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	for (size_t i = 0; names[i]; i++)
		mk_file(&b, names[i], "x");
	mk_end(&b);
	return file(t, dir, name, buf_view(&b));
}

static enum source_kind
look(struct test *t, const char *from, struct err *e)
{
	DEFER(kit_finish) struct kit k;
	struct source_options o = { .from = from };
	struct source s;
	kit_init(&k, t);
	*e = (struct err){ 0 };
	return source_look(&o, &k.m, &s, e) ? s.kind : SOURCE_ANY;
}

TEST(tars_are_told_apart)
{
	static const struct {
		const char *names[5];
		enum source_kind kind;
	} rows[] = {
		{ { "etc/passwd", "usr/bin/x" }, SOURCE_TAR },
		{ { "hello" }, SOURCE_TAR },
		{ { "./blobs/sha256/0", "./oci-layout", "./index.json" },
		  SOURCE_OCI_ARCHIVE },
		{ { "0/layer.tar", "repositories", "manifest.json" },
		  SOURCE_DOCKER_ARCHIVE },
		{ { "blobs/x", "manifest.json", "oci-layout", "index.json" },
		  SOURCE_OCI_ARCHIVE },
		{ { "manifest.json", "etc/passwd" }, SOURCE_ANY },
		{ { "etc/passwd", "manifest.json" }, SOURCE_TAR },
		{ { "opt/manifest.json", "etc/index.json" }, SOURCE_TAR },
	};
	const char *dir = test_dir(t);
	struct err e;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *path = tar(t, dir, "a", rows[i].names);
		CHECK_U(t, look(t, path, &e), rows[i].kind);
		if (rows[i].kind != SOURCE_ANY)
			continue;
		CHECK_STR(t, e.id, "source-ambiguous");
		CHECK_HAS(t, e.hint, "docker-archive:");
		char *as = arena_fmt(&t->arena, "tar:%s", path);
		CHECK_U(t, look(t, as, &e), SOURCE_TAR);
	}
}

TEST(directories_are_told_apart)
{
	static const struct {
		const char *files[3], *dirs[3];
		enum source_kind kind;
	} rows[] = {
		{ { NULL }, { "usr", "etc" }, SOURCE_DIR },
		{ { "hello" }, { NULL }, SOURCE_DIR },
		{ { "Dockerfile" }, { "src" }, SOURCE_DOCKERFILE },
		{ { "Containerfile" }, { NULL }, SOURCE_DOCKERFILE },
		{ { "oci-layout", "index.json" }, { "blobs" }, SOURCE_OCI },
		{ { "Dockerfile" }, { "etc", "bin" }, SOURCE_DOCKERFILE },
		{ { "Dockerfile" }, { "proc" }, SOURCE_ANY },
		{ { "manifest.json", "version" }, { NULL }, SOURCE_DIR },
		{ { "oci-layout", "index.json", "Dockerfile" },
		  { NULL },
		  SOURCE_ANY },
	};
	struct err e;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *dir = arena_fmt(&t->arena, "%s/%zu", test_dir(t), i);
		CHECK(t, mkdir(dir, 0755) == 0);
		for (size_t j = 0; j < 3 && rows[i].files[j]; j++)
			file(t, dir, rows[i].files[j], SPAN("x"));
		for (size_t j = 0; j < 3 && rows[i].dirs[j]; j++)
			CHECK(t,
			      mkdir(path_join(&t->arena, dir, rows[i].dirs[j]),
				    0755) == 0);
		CHECK_U(t, look(t, dir, &e), rows[i].kind);
		CHECK(t, rows[i].kind != SOURCE_ANY ||
				 span_is(span_str(e.id), "source-ambiguous"));
	}
}

TEST(prefixes_and_names)
{
	static const char *const names[] = { "x", NULL };
	DEFER(kit_finish) struct kit k;
	const char *dir = test_dir(t);
	char *path = tar(t, dir, "a.tar", names);
	struct source_options o = { .from = "docker://host/name:tag" };
	struct source s;
	struct err e = { 0 };
	kit_init(&k, t);
	CHECK_OK(t, source_look(&o, &k.m, &s, &e), &e);
	CHECK(t, s.kind == SOURCE_REGISTRY);
	CHECK_STR(t, s.where, "host/name:tag");
	o.from = arena_fmt(&t->arena, "docker-archive:%s:my/name:1", path);
	CHECK_OK(t, source_look(&o, &k.m, &s, &e), &e);
	CHECK_STR(t, s.where, path);
	CHECK_SPAN(t, s.name, SPAN("my/name:1"));
	CHECK(t, s.window.size > 1024);
	o.from = path;
	o.kind = SOURCE_DIR; /* an option forces it */
	CHECK(t, source_look(&o, &k.m, &s, &e) && s.kind == SOURCE_DIR);
	CHECK(t, !source_open(&o, &k.m, &s, &e));
	CHECK(t, look(t, "tar:", &e) == SOURCE_ANY && e.code == ERR_USAGE);
	CHECK(t, look(t, "/does/not/exist", &e) == SOURCE_ANY);
	CHECK(t, e.code == ERR_NOTFOUND);
}

TEST(what_is_nothing_is_refused)
{
	const char *dir = test_dir(t);
	struct err e;
	CHECK(t, look(t, file(t, dir, "text", SPAN("some text")), &e) ==
			 SOURCE_ANY);
	CHECK_STR(t, e.id, "source-unknown");
	CHECK(t, look(t, file(t, dir, "a.eif", SPAN(".eif\0\4")), &e) ==
			 SOURCE_ANY);
	CHECK_HAS(t, e.hint, "describe");
	CHECK(t, look(t, file(t, dir, "Dockerfile.x", SPAN("FROM")), &e) ==
			 SOURCE_DOCKERFILE);
	CHECK(t, look(t, file(t, dir, "e", SPAN("")), &e) == SOURCE_ANY);
}

static void
make_tree(struct test *t, const char *dir)
{
	char *p = arena_fmt(&t->arena, "%s/etc", dir);
	CHECK(t, mkdir(dir, 0755) == 0 && mkdir(p, 0750) == 0);
	file(t, p, "b", SPAN("shared"));
	CHECK(t, link(arena_fmt(&t->arena, "%s/b", p),
		      arena_fmt(&t->arena, "%s/a", p)) == 0);
	CHECK(t, link(arena_fmt(&t->arena, "%s/b", p),
		      arena_fmt(&t->arena, "%s-outside", dir)) == 0);
	CHECK(t, symlink("etc/a", arena_fmt(&t->arena, "%s/s", dir)) == 0);
}

/* Modes and owners as git records them, or as on the disk. */
TEST(a_directory_with_its_own_modes)
{
	char *dir = arena_fmt(&t->arena, "%s/root", test_dir(t));
	char *a = arena_fmt(&t->arena, "%s/etc/a", dir);
	for (unsigned keep = 0; keep < 2; keep++) {
		DEFER(kit_finish) struct kit k;
		struct source_options o = { .from = dir };
		struct source s;
		if (!keep)
			make_tree(t, dir);
		CHECK(t, chmod(a, 04711) == 0);
		kit_init(&k, t);
		k.m.modes = keep ? IMAGE_MODES_KEEP : IMAGE_MODES_GIT;
		CHECK_OK(t, source_open(&o, &k.m, &s, &k.e), &k.e);
		CHECK_U(t, tree_find(&k.m.tree, SPAN("etc"))->inode->mode,
			keep ? 0750 : 0755);
		CHECK_U(t, tree_find(&k.m.tree, SPAN("etc/a"))->inode->mode,
			keep ? 04711 : 0755);
		CHECK(t, note_has(&k.n, "dir-modes") == !keep);
		CHECK(t, k.m.git_modes == !keep);
	}
}

TEST(a_directory_becomes_a_tree)
{
	DEFER(kit_finish) struct kit k;
	char *dir = arena_fmt(&t->arena, "%s/root", test_dir(t));
	struct source_options o = { .from = dir };
	struct source from;
	make_tree(t, dir);
	kit_init(&k, t);
	CHECK_OK(t, source_open(&o, &k.m, &from, &k.e), &k.e);
	CHECK_STR(t, kit_text(&k, t), "etc/ etc/a etc/b s->etc/a");
	CHECK_U(t, from.kind, SOURCE_DIR);
	CHECK(t, !k.m.as_archived);
	CHECK_STR(t, kit_read(&k, t, "etc/b"), "shared");
	const struct node *a = tree_find(&k.m.tree, SPAN("etc/a"));
	CHECK_U(t, a->inode->names, 2); /* the third is not in the tree */
	CHECK(t, a->inode == tree_find(&k.m.tree, SPAN("etc/b"))->inode);
	CHECK_U(t, tree_find(&k.m.tree, SPAN("etc"))->inode->mode, 0755);
	/* a file whose size has changed is detected */
	file(t, arena_fmt(&t->arena, "%s/etc", dir), "a", SPAN("longer now"));
	struct span s;
	struct err e = { 0 };
	CHECK(t, !content_read(a->inode, 100, &t->arena, &s, &e));
	CHECK_STR(t, e.id, "content-changed");
}

static void
put_link(struct test *t, struct kit *k, const char *path, const char *to)
{
	struct inode *i = tree_inode(&k->m.tree);
	*i = (struct inode){ .type = to ? NODE_SYMLINK : NODE_DIR,
			     .mode = to ? 0777 : 01777,
			     .link = span_str(to) };
	CHECK_OK(t, tree_put(&k->m.tree, span_str(path), i, NULL, &k->e),
		 &k->e);
}

/* A system's tree: /bin is a link to usr/bin, /etc is a directory. */
static void
put_system(struct test *t, struct kit *k)
{
	kit_init(k, t);
	put_link(t, k, "usr/bin", NULL);
	put_link(t, k, "bin", "usr/bin");
	put_link(t, k, "etc", NULL);
}

static char *
make_files(struct test *t)
{
	char *dir = arena_fmt(&t->arena, "%s/files", test_dir(t));
	char *bin = arena_fmt(&t->arena, "%s/bin", dir);
	char *etc = arena_fmt(&t->arena, "%s/etc", dir);
	CHECK(t, mkdir(dir, 0700) == 0 && mkdir(bin, 0700) == 0 &&
			 mkdir(etc, 0700) == 0);
	file(t, bin, "tool", SPAN("a tool"));
	file(t, etc, "tool.conf", SPAN("its settings"));
	return dir;
}

TEST(files_over_a_system)
{
	DEFER(kit_finish) struct kit k;
	char *dir = make_files(t);
	put_system(t, &k);
	CHECK_OK(t, source_dir_over(dir, &k.m, &k.e), &k.e);
	CHECK_STR(
		t, kit_text(&k, t),
		"bin->usr/bin etc/ etc/tool.conf usr/? usr/bin/ usr/bin/tool");
	CHECK_STR(t, kit_read(&k, t, "usr/bin/tool"), "a tool");
	CHECK_STR(t, kit_read(&k, t, "etc/tool.conf"), "its settings");
	CHECK_U(t, tree_find(&k.m.tree, SPAN("etc"))->inode->mode, 01777);
	CHECK_U(t, tree_find(&k.m.tree, SPAN("usr/bin/tool"))->inode->mode,
		0644);
}

/* A file does not replace a directory, nor a directory a file. */
TEST(files_and_directories_do_not_meet)
{
	static const char *const clash[][2] = { { "etc/tool.conf", NULL },
						{ "bin", "nowhere" } };
	char *dir = make_files(t);
	for (size_t i = 0; i < COUNT(clash); i++) {
		DEFER(kit_finish) struct kit k;
		put_system(t, &k);
		put_link(t, &k, clash[i][0], clash[i][1]);
		CHECK(t, !source_dir_over(dir, &k.m, &k.e));
		CHECK_STR(t, k.e.id, "files-over");
	}
}

TEST(files_over_a_system_survive_every_failed_allocation)
{
	char *dir = make_files(t);
	for (unsigned n = 1;; n++) {
		DEFER(kit_finish) struct kit k;
		put_system(t, &k);
		k.arena.fail_in = n;
		bool ok = source_dir_over(dir, &k.m, &k.e);
		CHECK(t, ok != k.arena.failed);
		CHECK(t, ok || k.e.code == ERR_LIMIT);
		if (ok)
			break;
	}
}

TEST(directory_survives_every_failed_allocation)
{
	char *dir = arena_fmt(&t->arena, "%s/root", test_dir(t));
	make_tree(t, dir);
	for (unsigned n = 1;; n++) {
		DEFER(kit_finish) struct kit k;
		const struct source s = { .kind = SOURCE_DIR, .where = dir };
		kit_init(&k, t);
		k.arena.fail_in = n;
		bool ok = dir_open(&s, NULL, &k.m, &k.e);
		CHECK(t, ok != k.arena.failed);
		CHECK(t, ok || k.e.code == ERR_LIMIT);
		if (ok)
			break;
	}
}

TEST(names_are_taken_apart)
{
	static const struct {
		const char *from, *prefix, *path;
	} rows[] = {
		{ "a/b", "", "a/b" },
		{ "./oci:x", "", "./oci:x" },
		{ "oci:a:b", "oci:", "a:b" },
		{ "dockerfile:.", "dockerfile:", "." },
		{ "docker://host/x", "docker://", NULL },
		{ "other:x", "", "other:x" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *prefix, *path;
		source_split(rows[i].from, &prefix, &path);
		CHECK_STR(t, prefix, rows[i].prefix);
		CHECK(t, !path == !rows[i].path);
		if (path)
			CHECK_STR(t, path, rows[i].path);
	}
}

TEST(every_kind_has_its_row)
{
	for (unsigned k = SOURCE_ANY + 1; k < SOURCE_KINDS; k++) {
		const struct source_row *r = source_row(k);
		CHECK_U(t, r->kind, k);
		CHECK(t, !r->prefix || source_prefix(r->prefix) == r);
		CHECK(t, r->open && r->name && r->what);
		CHECK_STR(t, source_kind_name(k), r->name);
	}
}
