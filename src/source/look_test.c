/* Checks of a source before it is opened: source_there, source_ready,
 * source_claims. */
#include "source/source.h"

#include <sys/stat.h>

#include "base/test.h"
#include "sys/fs.h"

static const char *
file(struct test *t, const char *dir, const char *name)
{
	struct err e = { 0 };
	const char *path = arena_fmt(&t->arena, "%s/%s", dir, name);
	CHECK_OK(t, fs_write_file(path, SPAN("x"), 0644, &e), &e);
	return path;
}

static const char *
subdir(struct test *t, const char *dir, const char *name)
{
	const char *path = arena_fmt(&t->arena, "%s/%s", dir, name);
	CHECK(t, mkdir(path, 0755) == 0);
	return path;
}

static struct source_options
from(struct test *t, const char *prefix, const char *path)
{
	return (struct source_options){ .from = arena_fmt(&t->arena, "%s%s",
							  prefix, path) };
}

/* One directory of each kind. */
struct dirs {
	const char *top, *layout, *context, *root, *bare;
};

static struct dirs
make_dirs(struct test *t)
{
	struct dirs d = { .top = test_dir(t) };
	d.layout = subdir(t, d.top, "layout");
	d.context = subdir(t, d.top, "context");
	d.root = subdir(t, d.top, "root");
	d.bare = subdir(t, d.top, "bare");
	file(t, d.layout, "oci-layout");
	file(t, d.layout, "index.json");
	subdir(t, d.layout, "blobs");
	file(t, d.context, "Dockerfile");
	subdir(t, d.root, "proc");
	return d;
}

TEST(sources_are_there)
{
	const struct dirs d = make_dirs(t);
	const char *tar = file(t, d.top, "a.tar");
	const char *df = file(t, d.top, "Dockerfile.dev");
	const char *named = arena_fmt(&t->arena, "%s:a/b:1", d.layout);
	const struct {
		const char *prefix, *path;
		enum source_kind kind;
		const char *where, *name;
	} rows[] = {
		{ "", d.layout, SOURCE_OCI, d.layout, "" },
		{ "", named, SOURCE_OCI, d.layout, "a/b:1" },
		{ "oci:", named, SOURCE_OCI, d.layout, "a/b:1" },
		{ "oci:", tar, SOURCE_OCI_ARCHIVE, tar, "" },
		{ "", d.context, SOURCE_DOCKERFILE, d.context, "" },
		{ "", df, SOURCE_DOCKERFILE, df, "" },
		{ "", d.root, SOURCE_DIR, d.root, "" },
		{ "dir:", d.context, SOURCE_DIR, d.context, "" },
		{ "", d.bare, SOURCE_ANY, d.bare, "" },
		{ "", tar, SOURCE_ANY, tar, "" }, /* not opened */
		{ "tar:", tar, SOURCE_TAR, tar, "" },
		{ "", "-", SOURCE_ANY, "-", "" },
		{ "docker-archive:", "-", SOURCE_DOCKER_ARCHIVE, "-", "" },
		{ "docker://", "host/x:1", SOURCE_REGISTRY, "host/x:1", "" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct source_options o = from(t, rows[i].prefix, rows[i].path);
		struct source s;
		struct err e = { 0 };
		CHECK_OK(t, source_there(&o, &t->arena, &s, &e), &e);
		CHECK_U(t, s.kind, rows[i].kind);
		CHECK_STR(t, s.where, rows[i].where);
		CHECK_SPAN(t, s.name, span_str(rows[i].name));
	}
}

TEST(sources_are_not_there)
{
	const struct dirs d = make_dirs(t);
	const char *tar = file(t, d.top, "a.tar");
	const char *none = arena_fmt(&t->arena, "%s/none", d.top);
	const char *both = subdir(t, d.top, "both");
	const char *part = subdir(t, d.top, "part");
	file(t, both, "Dockerfile");
	subdir(t, both, "proc");
	file(t, part, "oci-layout");
	const struct {
		const char *prefix, *path;
		enum err_code code;
		const char *id, *hint;
	} rows[] = {
		{ "", none, ERR_NOTFOUND, "", "" },
		{ "", "podman:x", ERR_NOTFOUND, "", "podman: is not a kind" },
		{ "oci:", none, ERR_NOTFOUND, "", "" },
		{ "dockerfile:", none, ERR_NOTFOUND, "dockerfile-missing",
		  "init --dockerfile" },
		{ "tar:", d.root, ERR_USAGE, "", "dir: reads" },
		{ "dir:", tar, ERR_USAGE, "", "omit dir:" },
		{ "tar:", "", ERR_USAGE, "source-unknown", "" },
		{ "", both, ERR_INPUT, "source-ambiguous", "dockerfile:" },
		{ "", part, ERR_INPUT, "source-unknown", "index.json" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct source_options o = from(t, rows[i].prefix, rows[i].path);
		struct source s;
		struct err e = { 0 };
		CHECK(t, !source_there(&o, &t->arena, &s, &e));
		CHECK_U(t, e.code, rows[i].code);
		CHECK_HAS(t, e.id ? e.id : "", rows[i].id);
		CHECK_HAS(t, e.hint, rows[i].hint);
	}
}

/* Returns true if `name` in `dir` may be written while this is the source. */
static bool
free_to_write(struct test *t, const struct source_options *o, const char *dir,
	      const char *name)
{
	struct claims c = { .arena = &t->arena };
	const char *path = arena_fmt(&t->arena, "%s/%s", dir, name);
	struct source s;
	struct err e = { 0 };
	CHECK_OK(t, source_there(o, &t->arena, &s, &e), &e);
	CHECK_OK(t, source_claims(&s, o, &c, &e), &e);
	return claim_output(&c, "the image", path, &e);
}

TEST(the_files_of_a_source_are_claimed)
{
	const struct dirs d = make_dirs(t);
	const char *tar = file(t, d.top, "a.tar");
	const char *named = arena_fmt(&t->arena, "%s:a/b:1", d.layout);
	file(t, d.context, ".dockerignore");
	const struct {
		const char *prefix, *path, *dir, *output;
		bool free;
	} rows[] = {
		/* a layout's own files, also if an image in it is named */
		{ "", d.layout, d.layout, "index.json", false },
		{ "", d.layout, d.layout, "blobs/x", false },
		{ "", named, d.layout, "oci-layout", false },
		{ "", d.layout, d.layout, "x.eif", true },
		/* the files that are read from a Dockerfile's context */
		{ "", d.context, d.context, "Dockerfile", false },
		{ "", d.context, d.context, ".dockerignore", false },
		{ "", d.context, d.context, "x.eif", true },
		/* directories that are read whole */
		{ "", d.root, d.root, "x.eif", false },
		{ "", d.bare, d.bare, "x.eif", false },
		{ "dir:", d.layout, d.layout, "x.eif", false },
		{ "dir:", d.root, d.top, "x.eif", true },
		{ "", tar, d.top, "a.tar", false },
		{ "oci-archive:", tar, d.top, "a.tar", false },
		{ "", "-", d.top, "a.tar", true },
		{ "docker://", "host/x", d.top, "a.tar", true },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct source_options o = from(t, rows[i].prefix, rows[i].path);
		CHECK_U(t, free_to_write(t, &o, rows[i].dir, rows[i].output),
			rows[i].free);
	}
}

/* The Dockerfile and the context may be named separately. */
TEST(named_files_of_a_dockerfile_are_claimed)
{
	const struct dirs d = make_dirs(t);
	struct source_options o = from(t, "", d.context);
	file(t, d.top, "other");
	file(t, d.bare, ".dockerignore");
	CHECK(t, free_to_write(t, &o, d.top, "other"));
	CHECK(t, free_to_write(t, &o, d.bare, ".dockerignore"));
	o.engine.dockerfile = arena_fmt(&t->arena, "%s/other", d.top);
	o.engine.context = d.bare;
	CHECK(t, !free_to_write(t, &o, d.top, "other"));
	CHECK(t, !free_to_write(t, &o, d.bare, ".dockerignore"));
}

TEST(a_dockerfile_that_is_not_usable)
{
	const struct dirs d = make_dirs(t);
	struct source_options o = from(t, "", d.context);
	struct source s;
	struct err e = { 0 };
	CHECK_OK(t, source_there(&o, &t->arena, &s, &e), &e);
	o.engine.dockerfile = arena_fmt(&t->arena, "%s/none", d.top);
	CHECK(t, !source_ready(&s, &o, &t->arena, &e));
	CHECK_STR(t, e.id, "dockerfile-missing");
	o.engine.dockerfile = NULL;
	o.engine.context = o.from = arena_fmt(&t->arena, "%s/none", d.top);
	e = (struct err){ 0 };
	CHECK(t, !source_ready(&s, &o, &t->arena, &e));
	CHECK_U(t, e.code, ERR_NOTFOUND);
	CHECK_HAS(t, e.msg, "there is no directory");
}

/* If no engine is installed, the error says this. */
TEST(a_containerfile_does_where_there_is_no_dockerfile)
{
	const char *dir = test_dir(t);
	struct source_options o = from(t, "", dir);
	struct source s;
	struct err e = { 0 };
	file(t, dir, "Containerfile");
	CHECK_OK(t, source_there(&o, &t->arena, &s, &e), &e);
	CHECK_U(t, s.kind, SOURCE_DOCKERFILE);
	CHECK(t, source_ready(&s, &o, &t->arena, &e) ||
			 span_is(span_str(e.id), "engine-none"));
}

TEST(what_needs_nothing_is_ready)
{
	const struct dirs d = make_dirs(t);
	const char *const paths[] = { d.layout, d.root, d.bare, "-" };
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct source_options o = from(t, "", paths[i]);
		struct source s;
		struct err e = { 0 };
		CHECK_OK(t, source_there(&o, &t->arena, &s, &e), &e);
		CHECK_OK(t, source_ready(&s, &o, &t->arena, &e), &e);
	}
}

TEST(looking_survives_every_failed_allocation)
{
	const struct dirs d = make_dirs(t);
	const char *const paths[] = { arena_fmt(&t->arena, "%s:name", d.layout),
				      d.context, d.root };
	for (size_t i = 0; i < COUNT(paths); i++)
		for (unsigned n = 1;; n++) {
			struct source_options o = from(t, "", paths[i]);
			struct arena a = { .fail_in = n };
			struct claims c = { .arena = &a };
			struct source s;
			struct err e = { 0 };
			bool ok = source_there(&o, &a, &s, &e) &&
				  source_claims(&s, &o, &c, &e);
			bool failed = a.failed;
			CHECK(t, ok != failed);
			CHECK(t, ok || e.code == ERR_LIMIT);
			arena_finish(&a);
			if (!failed)
				break;
		}
}
