#include "base/test.h"

#include "oci/reference.h"

#define HEX64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

TEST(reference_accepts)
{
	static const struct {
		const char *in, *full;
	} rows[] = {
		{ "debian", "docker.io/library/debian" },
		{ "docker://debian:12", "docker.io/library/debian:12" },
		{ "me/app", "docker.io/me/app" },
		{ "docker.io/app", "docker.io/library/app" },
		{ "index.docker.io/app", "docker.io/library/app" },
		{ "index.docker.io/a/b", "docker.io/a/b" },
		{ "localhost/app", "localhost/app" },
		{ "localhost:5000/a/b/c:v1.0_x-Y", "localhost:5000/a/b/c:"
						   "v1.0_x-Y" },
		{ "[::1]:5000/app", "[::1]:5000/app" },
		{ "127.0.0.1:5000/a__b.c---d", "127.0.0.1:5000/a__b.c---d" },
		{ "r.example/app:1@sha256:" HEX64,
		  "r.example/app:1@sha256:" HEX64 },
		{ "app@sha512:" HEX64 HEX64,
		  "docker.io/library/app@sha512:" HEX64 HEX64 },
		{ "Upper/app", "Upper/app" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct reference r;
		CHECK_OK(t, reference_parse(span_str(rows[i].in), &r, &e), &e);
		CHECK_STR(t, reference_text(&t->arena, &r), rows[i].full);
	}
}

TEST(reference_refuses)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "", "a name consists of" },
		{ "docker://", "a name consists of" },
		{ "App", "a name consists of" },
		{ "a//b", "a name consists of" },
		{ "/a", "a name consists of" },
		{ "a/", "a name consists of" },
		{ "a..b", "a name consists of" },
		{ "a___b", "a name consists of" },
		{ "-a", "a name consists of" },
		{ "a-", "a name consists of" },
		{ "a b", "a name consists of" },
		{ "r.example/", "a name consists of" },
		{ "r.example/../../etc", "a name consists of" },
		{ "r..example/a", "bad host" },
		{ "r.example./a", "bad host" },
		{ "-r.example/a", "bad host" },
		{ "r.example:/a", "bad host" },
		{ "r.example:0/a", "bad host" },
		{ "r.example:65536/a", "bad host" },
		{ "user@r.example/a", "not a digest" },
		{ "[::1/a", "bad host" },
		{ "[zz::]/a", "bad host" },
		{ "a:", "bad tag" },
		{ "a:.x", "bad tag" },
		{ "a:x/y:", "bad tag" },
		{ "a:b c", "bad tag" },
		{ "a@", "not a digest" },
		{ "a@sha256:00", "not a digest" },
		{ "a@md5:" HEX64, "not a digest" },
		{ "a@sha256:" HEX64 "x", "not a digest" },
		{ HEX64, "an image id" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct reference r;
		CHECK(t, !reference_parse(span_str(rows[i].in), &r, &e));
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(reference_limits)
{
	char name[300];
	struct err e = { 0 };
	struct reference r;
	for (size_t i = 0; i < sizeof name; i++)
		name[i] = 'a';
	name[1] = '/';
	CHECK(t, reference_parse(span_of(name, 255), &r, &e));
	CHECK(t, !reference_parse(span_of(name, 256), &r, &e));
	CHECK_HAS(t, e.msg, "too long");
	for (size_t i = 0; i < 200; i++)
		name[i] = 't';
	CHECK(t, reference_tag_ok(span_of(name, 128)));
	CHECK(t, !reference_tag_ok(span_of(name, 129)));
}

TEST(reference_hostname_alone)
{
	static const char *const rows[][2] = {
		{ "[::1]:5000/a", "::1" },
		{ "[::1]/a", "::1" },
		{ "localhost:1/a", "localhost" },
		{ "r.example/a", "r.example" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct reference r;
		CHECK_OK(t, reference_parse(span_str(rows[i][0]), &r, &e), &e);
		CHECK_SPAN(t, reference_hostname(&r), span_str(rows[i][1]));
	}
}

TEST(platforms)
{
	static const struct {
		const char *machine, *os, *arch, *variant;
		bool match;
	} rows[] = {
		{ "x86_64", "linux", "amd64", "", true },
		{ "x86_64", "linux", "amd64", "v1", true },
		{ "x86_64", "linux", "amd64", "v3", false },
		{ "x86_64", "linux", "x86_64", "", true },
		{ "x86_64", "windows", "amd64", "", false },
		{ "x86_64", "linux", "arm64", "", false },
		{ "aarch64", "linux", "arm64", "v8", true },
		{ "arm64", "linux", "arm64", "", true },
		{ "aarch64", "linux", "arm64", "v9", false },
		{ "aarch64", "linux", "arm", "v8", false },
	};
	struct err e = { 0 };
	struct platform want;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct platform has = { span_str(rows[i].os),
					span_str(rows[i].arch),
					span_str(rows[i].variant) };
		CHECK_OK(t,
			 platform_from_machine(span_str(rows[i].machine), &want,
					       &e),
			 &e);
		CHECK(t, platform_match(&want, &has) == rows[i].match);
	}
	CHECK_STR(t, platform_machine(&want), "aarch64");
	CHECK_STR(t, platform_text(&t->arena, &want), "linux/arm64");
	CHECK(t, !platform_from_machine(SPAN("riscv64"), &want, &e));
	CHECK(t, e.code == ERR_USAGE);
}
