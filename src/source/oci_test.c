#include "base/test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/path.h"
#include "codec/tar_kit.h"
#include "oci/files.h"
#include "source/oci.h"
#include "sys/fs.h"

TEST(docker_manifest_accepts)
{
	struct docker_entry *v;
	struct err e = { 0 };
	size_t n;
	CHECK_OK(t,
		 docker_manifest_parse(
			 SPAN("[{\"Config\":\"c.json\",\"RepoTags\":null,"
			      "\"Layers\":[]},{\"Config\":\"d\",\"RepoTags\":"
			      "[\"a:1\",\"b:2\"],\"Layers\":[\"x/layer.tar\"],"
			      "\"LayerSources\":{}}]"),
			 &t->arena, &v, &n, &e),
		 &e);
	CHECK_U(t, n, 2);
	CHECK_SPAN(t, v[0].config, SPAN("c.json"));
	CHECK_U(t, v[0].layers.n + v[0].tags.n, 0);
	CHECK_SPAN(t, v[1].tags.v[1], SPAN("b:2"));
	CHECK_SPAN(t, v[1].layers.v[0], SPAN("x/layer.tar"));
}

TEST(docker_manifest_refuses)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "manifest.json" },
		{ "{}", "not a list" },
		{ "[]", "not a list" },
		{ "[7]", "manifest.json" },
		{ "[{}]", "Config" },
		{ "[{\"Config\":\"c\",\"Layers\":{}}]", "Layers" },
		{ "[{\"Config\":\"c\",\"Layers\":[7]}]", "Layers[0]" },
		{ "[{\"Config\":\"c\",\"RepoTags\":[\"\"]}]", "RepoTags[0]" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct docker_entry *v;
		struct err e = { 0 };
		size_t n;
		CHECK(t, !docker_manifest_parse(span_str(rows[i].text),
						&t->arena, &v, &n, &e));
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

/* An empty image, with a tar of these bytes in it. */
static struct window
tar_file(struct test *t, struct image *m, const struct buf *b)
{
	struct err e = { 0 };
	int fd = -1;
	*m = (struct image){ .arena = &t->arena };
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	CHECK_OK(t, fs_write(fd, buf_view(b), &e), &e);
	CHECK_OK(t, image_keep_fd(m, fd, &e), &e);
	return (struct window){ .fd = fd, .size = b->n };
}

TEST(files_in_a_tar)
{
	static const struct {
		const char *path, *content, *why;
	} rows[] = {
		{ "a/layer.tar", "layer", NULL },
		/* old versions of docker write links */
		{ "b/layer.tar", "layer", NULL },
		{ "c/layer.tar", "layer", NULL },
		{ "hard", "layer", NULL },
		{ "abs", "layer", NULL },
		{ "dot", "dot", NULL },
		{ "./dot", "dot", NULL },
		{ "./a/./layer.tar", "layer", NULL },
		{ "twice", NULL, "occurs twice" },
		{ "d", NULL, "not a regular file" },
		{ "out", NULL, "has no" },
		{ "loop1", NULL, "loop of links" },
		{ "nothing", NULL, "has no nothing" },
		{ "", NULL, "has no" },
	};
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	struct image m;
	struct oci_files f;
	struct err e = { 0 };
	mk_dir(&b, "./");
	mk_dir(&b, "a/");
	mk_file(&b, "a/layer.tar", "layer");
	mk_link(&b, '2', "b/layer.tar", "../a/layer.tar");
	mk_link(&b, '2', "c/layer.tar", "../b/./layer.tar");
	mk_link(&b, '1', "hard", "a/layer.tar");
	mk_link(&b, '2', "abs", "/a/layer.tar");
	mk_file(&b, "./dot", "dot");
	mk_file(&b, "twice", "1");
	mk_file(&b, "twice", "2");
	mk_dir(&b, "d/");
	mk_link(&b, '2', "out", "../a/layer.tar");
	mk_link(&b, '2', "loop1", "loop2");
	mk_link(&b, '2', "loop2", "loop1");
	mk_end(&b);
	struct window w = tar_file(t, &m, &b);
	CHECK_OK(t, oci_files_tar(&f, &w, &m, &e), &e);
	CHECK(t, oci_files_has(&f, "a/layer.tar") && !oci_files_has(&f, "x"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span got = { 0 };
		e = (struct err){ 0 };
		bool ok = oci_files_read(&f, span_str(rows[i].path), &t->arena,
					 &got, &e);
		CHECK(t, ok == !rows[i].why);
		if (ok)
			CHECK_SPAN(t, got, span_str(rows[i].content));
		else
			CHECK_HAS(t, e.msg, rows[i].why);
	}
	image_finish(&m);
}

/* No link of a layout directory leads outside of it. */
TEST(files_in_a_directory)
{
	DEFER(fd_closep) int fd = -1;
	const char *dir = test_dir(t);
	struct oci_files f;
	struct span got;
	struct err e = { 0 };
	CHECK_OK(t,
		 fs_write_file(arena_fmt(&t->arena, "%s/x", dir), SPAN("hi"),
			       0600, &e),
		 &e);
	CHECK_OK(t, fs_open_dir(dir, &fd, &e), &e);
	oci_files_dir(&f, fd, &t->arena);
	CHECK(t, oci_files_has(&f, "x") && !oci_files_has(&f, "y"));
	CHECK_OK(t, oci_files_read(&f, SPAN("x"), &t->arena, &got, &e), &e);
	CHECK_SPAN(t, got, SPAN("hi"));
	CHECK(t, !oci_files_read(&f, SPAN("../x"), &t->arena, &got, &e));
	CHECK(t, !oci_files_read(&f, SPAN("/etc/passwd"), &t->arena, &got, &e));
	CHECK(t, e.code == ERR_INPUT);
}

/* Links are followed while they stay below the directory. */
TEST(links_in_a_directory)
{
	static const struct {
		const char *name, *to; /* %s: the directory */
		const char *why;
	} rows[] = {
		{ "near", "d/x", NULL },
		{ "up", "d/../d/x", NULL },
		{ "absolute", "%s/top/d/x", NULL },
		{ "outside", "../x", "leads out" },
		{ "away", "%s/x", "leads out" },
		{ "beside", "%s/top2/x", "leads out" },
		{ "none", "d/y", "does not exist" },
		{ "loop", "loop", "is a loop" },
		{ "proc", "/proc/self/exe", "leads out" },
	};
	DEFER(fd_closep) int fd = -1;
	const char *dir = test_dir(t);
	char *top = arena_fmt(&t->arena, "%s/top", dir);
	struct oci_files f;
	struct err e = { 0 };
	CHECK_OK(t, fs_mkdirs(arena_fmt(&t->arena, "%s/d", top), 0755, &e), &e);
	CHECK_OK(t, fs_mkdirs(arena_fmt(&t->arena, "%s2", top), 0755, &e), &e);
	static const char *const files[] = { "x", "top/d/x", "top2/x" };
	for (size_t i = 0; i < COUNT(files); i++)
		CHECK_OK(t,
			 fs_write_file(path_join(&t->arena, dir, files[i]),
				       span_str(files[i]), 0600, &e),
			 &e);
	CHECK_OK(t, fs_open_dir(top, &fd, &e), &e);
	oci_files_dir(&f, fd, &t->arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span got = { 0 }, to = span_str(rows[i].to);
		bool full = span_starts(to, SPAN("%s"));
		const char *text =
			full ? arena_fmt(&t->arena, "%s%s", dir, rows[i].to + 2)
			     : rows[i].to;
		CHECK(t, symlink(text,
				 path_join(&t->arena, top, rows[i].name)) == 0);
		e = (struct err){ 0 };
		bool ok = oci_files_read(&f, span_str(rows[i].name), &t->arena,
					 &got, &e);
		CHECK(t, ok == !rows[i].why);
		if (ok) {
			CHECK_SPAN(t, got, SPAN("top/d/x"));
			continue;
		}
		CHECK(t, e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

#define MT "application/vnd.oci.image."
#define DIGEST    \
	"sha256:" \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ENTRY(name)                                                      \
	"{\"mediaType\":\"" MT "manifest.v1+json\",\"digest\":\"" DIGEST \
	"\",\"size\":0,\"annotations\":{\"org.opencontainers.image.ref." \
	"name\":"                                                        \
	"\"" name "\"}}"

static void
mk_layout(struct buf *b, const char *version, const char *entries)
{
	char text[2048];
	snprintf(text, sizeof text, "{\"schemaVersion\":2,\"manifests\":[%s]}",
		 entries);
	mk_file(b, "oci-layout", version);
	mk_file(b, "index.json", text);
	mk_end(b);
}

TEST(archive_refuses)
{
	static const char v1[] = "{\"imageLayoutVersion\":\"1.0.0\"}";
	static const struct {
		const char *version, *entries, *name, *why;
	} rows[] = {
		{ "{\"imageLayoutVersion\":\"2\"}", "", "", "version 2" },
		{ "{}", "", "", "oci-layout" },
		{ v1, "", "", "only for nothing" },
		{ v1, ENTRY("a") "," ENTRY("b"), "c", "only: a, b" },
		{ v1, ENTRY("a"), "b", "only: a" },
		/* the same image under two names is not ambiguous */
		{ v1, ENTRY("a") "," ENTRY("b"), "", "has no blobs/sha256/" },
		{ v1, ENTRY("a") "," ENTRY("b"), "a", "has no blobs/sha256/" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(buf_free) struct buf b = buf_max(1 << 20);
		struct oci_wanted want = { .name = span_str(rows[i].name) };
		struct image m;
		struct err e = { 0 };
		mk_layout(&b, rows[i].version, rows[i].entries);
		struct window w = tar_file(t, &m, &b);
		CHECK_OK(t,
			 platform_from_machine(SPAN("x86_64"), &want.platform,
					       &e),
			 &e);
		CHECK(t, !oci_archive_read(&w, &want, &m, &e));
		CHECK_HAS(t, e.msg, rows[i].why);
		image_finish(&m);
	}
}
