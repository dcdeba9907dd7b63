#include "base/test.h"

#include "base/path.h"
#include "recipe/config_fields.h"
#include "recipe/propose.h"
#include "sys/fs.h"

/* Files made below a fresh directory; a name that ends in / is a directory */
static const char *
made(struct test *t, const char *const *names)
{
	struct err e = { 0 };
	const char *dir = test_dir(t);
	for (size_t i = 0; names[i]; i++) {
		struct span s = span_str(names[i]);
		char *path = path_join(&t->arena, dir, names[i]);
		size_t slash = span_rfind(s, '/');
		char *up = arena_fmt(&t->arena, "%s/%.*s", dir,
				     slash < s.n ? (int)slash : 0, names[i]);
		CHECK_OK(t, fs_mkdirs(up, 0755, &e), &e);
		if (!span_ends(s, SPAN("/")))
			CHECK_OK(t, fs_write_file(path, SPAN("x"), 0755, &e),
				 &e);
	}
	return dir;
}

TEST(propose_finds)
{
	static const struct {
		const char *names[6], *key, *value, *entry;
	} rows[] = {
		{ { "Dockerfile", "a.tar" },
		  "dockerfile",
		  "\"Dockerfile\"",
		  NULL },
		{ { "Containerfile" },
		  "dockerfile",
		  "\"Containerfile\"",
		  NULL },
		{ { "oci-layout", "index.json" }, "image", "\"oci:.\"", NULL },
		{ { "a b/oci-layout", "x.tar" }, "image", "\"oci:a b\"", NULL },
		{ { "b.tar.gz", "src/" }, "image", "\"b.tar.gz\"", NULL },
		{ { "r/bin/sh", "r/etc/" },
		  "rootfs",
		  "\"r\"",
		  "[\"/bin/sh\"]" },
		{ { "usr/bin/app", "etc/" },
		  "rootfs",
		  "\".\"",
		  "[\"/usr/bin/app\"]" },
		{ { "rootfs/server", "rootfs/data/" },
		  "rootfs",
		  "\"rootfs\"",
		  "[\"/server\"]" },
		{ { "r/usr/", "r/etc/" },
		  "rootfs",
		  "\"r\"",
		  "[\"/your-program\"]" },
		{ { "package.json" }, "dockerfile", "\"Dockerfile\"", NULL },
		{ { "main.c" }, "debian", "\"bookworm\"", NULL },
		{ { "bad\xff.tar" }, "debian", "\"bookworm\"", NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct config_proposal p;
		const char *dir = made(t, rows[i].names);
		CHECK_OK(t, propose(dir, false, &t->arena, &p, &e), &e);
		CHECK_STR(t, p.line[0].key, "name");
		CHECK_STR(t, p.line[1].key, rows[i].key);
		CHECK_STR(t, p.line[1].value, rows[i].value);
		if (rows[i].entry)
			CHECK_STR(t, p.line[2].value, rows[i].entry);
		/* and what comes of it is read */
		struct buf b = buf_max(1 << 20);
		struct build_config c;
		toml_doc_template(&config_file, &b, p.line, p.n);
		CHECK_OK(t,
			 config_parse(buf_view(&b), "enclave.toml", &t->arena,
				      &c, &e),
			 &e);
		CHECK(t, c.from != CONFIG_FROM_NOTHING);
		buf_free(&b);
	}
}

TEST(propose_needs_a_directory)
{
	struct err e = { 0 };
	struct config_proposal p;
	CHECK(t, !propose("/nowhere/at/all", false, &t->arena, &p, &e));
	CHECK(t, e.code == ERR_NOTFOUND);
}
