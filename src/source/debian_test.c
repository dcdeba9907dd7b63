#include "source/debian.h"

#include <string.h>

#include "base/test.h"
#include "base/argv.h"
#include "source/source.h"

static struct span words[4];

static struct strings
list(const char *a, const char *b)
{
	words[0] = span_str(a);
	words[1] = span_str(b);
	return (struct strings){ words, b ? 2 : 1 };
}

static const char *
line(struct test *t, const char *suite, const struct source_options *o)
{
	struct argv v;
	const char *out = "";
	debian_argv(&v, suite, o, &t->arena);
	CHECK(t, !v.full && !v.v[v.n]);
	for (size_t i = 0; i < v.n; i++)
		out = arena_fmt(&t->arena, "%s%s%s", out, i ? "|" : "", v.v[i]);
	return out;
}

#define HEAD(variant, arch)                                             \
	"mmdebstrap|--variant=" variant "|--architectures=" arch        \
	"|--format=tar|--customize-hook=rm -f \"$1/etc/hostname\" \"$1" \
	"/etc/resolv.conf\"|"

TEST(command_lines_of_mmdebstrap)
{
	struct source_options o = { .arch = SPAN("amd64") };
	CHECK_STR(t, line(t, "bookworm", &o),
		  HEAD("minbase", "amd64") "bookworm|-");
	o.arch = SPAN("arm64");
	o.debian = (struct debian){ .packages = list("python3", "nginx=1.2"),
				    .variant = DEBIAN_ESSENTIAL,
				    .keyring = "keys.gpg",
				    .mirror = "http://example.com/debian" };
	CHECK_STR(t, line(t, "bookworm", &o),
		  HEAD("essential", "arm64") "--include=python3,nginx=1.2|"
					     "--keyring=keys.gpg|bookworm|-|"
					     "http://example.com/debian");
}

/* The validity period of a snapshot's signature starts when the snapshot is
 * made. */
TEST(snapshots_are_known_by_their_time)
{
	static const struct {
		const char *mirror;
		bool snapshot;
	} rows[] = {
		{ "http://example.com/20260101T000000Z/", true },
		{ "http://example.com/archive/20260101T000000Z", true },
		{ "http://example.com/20260101T00000Z/", false },
		{ "http://example.com/2026-01-01/", false },
		{ "20260101T000000Z", false },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct source_options o = { .arch = SPAN("amd64") };
		o.debian.mirror = rows[i].mirror;
		CHECK(t, !!strstr(line(t, "sid", &o), "Check-Valid-Until") ==
				 rows[i].snapshot);
	}
}

TEST(names_that_are_none_are_refused)
{
	const struct {
		const char *suite, *package, *mirror, *what;
	} rows[] = {
		{ "", "a", NULL, "release" },
		{ "-x", "a", NULL, "release" },
		{ "a b", "a", NULL, "release" },
		{ "sid", "", NULL, "package" },
		{ "sid", "--include=x", NULL, "package" },
		{ "sid", "a,b", NULL, "package" },
		{ "sid", "a'b", NULL, "package" },
		{ "sid", "a", "-o", "mirror" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct source s = { .kind = SOURCE_DEBIAN,
					  .where = rows[i].suite };
		struct source_options o = { .arch = SPAN("amd64") };
		struct err e = { 0 };
		o.debian.packages = list(rows[i].package, NULL);
		o.debian.mirror = rows[i].mirror;
		CHECK(t, !source_ready(&s, &o, &t->arena, &e));
		CHECK_U(t, e.code, ERR_USAGE);
		CHECK_STR(t, e.id, "rootfs-name");
		CHECK_HAS(t, e.msg, rows[i].what);
	}
}

TEST(files_to_lay_over_are_there_and_claimed)
{
	const char *dir = test_dir(t);
	struct source_options o = { .from = "sid", .kind = SOURCE_DEBIAN };
	struct claims c = { .arena = &t->arena };
	struct source s;
	struct err e = { 0 };
	CHECK_OK(t, source_there(&o, &t->arena, &s, &e), &e);
	CHECK_U(t, s.kind, SOURCE_DEBIAN);
	CHECK_STR(t, s.where, "sid");
	o.debian.files = arena_fmt(&t->arena, "%s/none", dir);
	CHECK(t, !source_ready(&s, &o, &t->arena, &e));
	CHECK_U(t, e.code, ERR_NOTFOUND);
	CHECK_HAS(t, e.msg, "the files of [rootfs]");
	o.debian.files = dir;
	CHECK_OK(t, source_claims(&s, &o, &c, &e), &e);
	CHECK(t, !claim_output(&c, "the image",
			       arena_fmt(&t->arena, "%s/x.eif", dir), &e));
	CHECK_STR(t, e.id, "output-is-input");
}
