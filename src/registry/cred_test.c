#include "base/test.h"

#include <stdlib.h>

#include "registry/cred.h"
#include "sys/fs.h"

static struct reference
ref(struct test *t, const char *text)
{
	struct reference r = { 0 };
	struct err e = { 0 };
	CHECK_OK(t, reference_parse(span_str(text), &r, &e), &e);
	return r;
}

/* "bWU6c2VjcmV0" is me:secret, "eW91OnB3" is you:pw */
TEST(cred_reads_files)
{
	static const struct {
		const char *text, *ref, *user, *secret, *helper;
		bool identity;
	} rows[] = {
		{ "{}", "r.example/a", "", "", NULL, false },
		{ "{\"auths\":{\"r.example\":{\"auth\":\"bWU6c2VjcmV0\"}}}",
		  "r.example/a", "me", "secret", NULL, false },
		{ "{\"auths\":{\"r.example\":{\"auth\":\"bWU6c2VjcmV0\"}}}",
		  "r.example:5000/a", "", "", NULL, false },
		{ "{\"auths\":{\"r.example\":{\"auth\":\"bWU6c2VjcmV0\"}}}",
		  "r.example.org/a", "", "", NULL, false },
		{ "{\"auths\":{\"https://r.example:1/v2/\":{\"auth\":"
		  "\"bWU6c2VjcmV0\"}}}",
		  "r.example:1/a", "me", "secret", NULL, false },
		{ "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":"
		  "\"bWU6c2VjcmV0\"}}}",
		  "debian", "me", "secret", NULL, false },
		{ "{\"auths\":{\"r.example/a\":{\"auth\":\"eW91OnB3\"},"
		  "\"r.example\":{\"auth\":\"bWU6c2VjcmV0\"}}}",
		  "r.example/a/b", "you", "pw", NULL, false },
		{ "{\"auths\":{\"r.example/a\":{\"auth\":\"eW91OnB3\"},"
		  "\"r.example\":{\"auth\":\"bWU6c2VjcmV0\"}}}",
		  "r.example/ab", "me", "secret", NULL, false },
		{ "{\"auths\":{\"r.example\":{\"identitytoken\":\"tok\"}}}",
		  "r.example/a", "", "tok", NULL, true },
		{ "{\"auths\":{\"r.example\":{\"username\":\"u\","
		  "\"password\":\"p\"}}}",
		  "r.example/a", "u", "p", NULL, false },
		{ "{\"auths\":{\"r.example\":{}},\"credsStore\":\"x\"}",
		  "r.example/a", "", "", "docker-credential-x", false },
		{ "{\"credHelpers\":{\"r.example\":\"ecr-login\"},"
		  "\"credsStore\":\"x\"}",
		  "r.example/a", "", "", "docker-credential-ecr-login", false },
		{ "{\"credHelpers\":{\"r.example\":\"y\"}}", "s.example/a", "",
		  "", NULL, false },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct cred c;
		const char *helper;
		struct reference r = ref(t, rows[i].ref);
		CHECK_OK(t,
			 cred_parse(span_str(rows[i].text), &r, &t->arena, &c,
				    &helper, &e),
			 &e);
		CHECK_SPAN(t, c.user, span_str(rows[i].user));
		CHECK_SPAN(t, c.secret, span_str(rows[i].secret));
		CHECK(t, c.identity == rows[i].identity);
		if (helper || rows[i].helper)
			CHECK_STR(t, helper ? helper : "", rows[i].helper);
	}
}

TEST(cred_refuses_files)
{
	static const char *const rows[] = {
		"",
		"[]",
		"{\"auths\":[]}",
		"{\"auths\":{\"r.example\":{\"auth\":\"?\"}}}",
		"{\"auths\":{\"r.example\":{\"auth\":\"bWU=\"}}}",
		"{\"auths\":{\"r.example\":{\"auth\":7}}}",
		"{\"credsStore\":\"../x\"}",
		"{\"credsStore\":\"a b\"}",
		"{\"credHelpers\":7}",
	};
	struct reference r = ref(t, "r.example/a");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct cred c;
		const char *helper;
		CHECK(t, !cred_parse(span_str(rows[i]), &r, &t->arena, &c,
				     &helper, &e));
		CHECK(t, e.code == ERR_INPUT);
	}
}

TEST(cred_survives_failed_allocations)
{
	struct reference r = ref(t, "r.example/a");
	for (unsigned n = 1;; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		struct cred c;
		const char *helper;
		bool ok = cred_parse(SPAN("{\"credsStore\":\"x\",\"auths\":{"
					  "\"r.example\":{\"auth\":"
					  "\"bWU6c2VjcmV0\"}}}"),
				     &r, &a, &c, &helper, &e);
		CHECK(t, ok != a.failed);
		CHECK(t, ok || e.code == ERR_LIMIT);
		arena_finish(&a);
		if (ok)
			break;
	}
}

TEST(cred_reads_helpers)
{
	struct err e = { 0 };
	struct cred c;
	CHECK_OK(t,
		 cred_parse_helper(SPAN("{\"ServerURL\":\"r\",\"Username\":"
					"\"u\",\"Secret\":\"s\"}"),
				   &t->arena, &c, &e),
		 &e);
	CHECK_SPAN(t, c.user, SPAN("u"));
	CHECK_SPAN(t, c.secret, SPAN("s"));
	CHECK(t, !c.identity);
	CHECK_OK(t,
		 cred_parse_helper(SPAN("{\"Username\":\"<token>\","
					"\"Secret\":\"s\"}"),
				   &t->arena, &c, &e),
		 &e);
	CHECK(t, c.identity);
	CHECK(t, !cred_parse_helper(SPAN("{}"), &t->arena, &c, &e));
}

/* A helper in PATH that answers for one host only, and records the request. */
static const char helper_script[] =
	"#!/bin/sh\n"
	"read -r host\n"
	"if [ \"$1 $host\" = 'get r.example:1' ]; then\n"
	"  echo '{\"Username\":\"u\",\"Secret\":\"from-helper\"}'\n"
	"elif [ \"$host\" = broken.example ]; then\n"
	"  echo 'the keyring is locked'; exit 1\n"
	"else\n"
	"  echo 'credentials not found in native keychain'; exit 1\n"
	"fi\n";

TEST(cred_asks_helpers)
{
	struct arena *a = &t->arena;
	const char *dir = test_dir(t);
	struct err e = { 0 };
	struct cred c;
	CHECK_OK(t,
		 fs_write_file(arena_fmt(a, "%s/docker-credential-vctest", dir),
			       span_str(helper_script), 0755, &e),
		 &e);
	CHECK_OK(t,
		 fs_write_file(arena_fmt(a, "%s/config.json", dir),
			       SPAN("{\"credsStore\":\"vctest\",\"auths\":{"
				    "\"other.example\":{\"auth\":"
				    "\"eW91OnB3\"}}}"),
			       0600, &e),
		 &e);
	setenv("PATH", arena_fmt(a, "%s:%s", dir, getenv("PATH")), 1);
	setenv("DOCKER_CONFIG", dir, 1);
	unsetenv("REGISTRY_AUTH_FILE");
	unsetenv("XDG_RUNTIME_DIR");
	setenv("XDG_CONFIG_HOME", dir, 1);
	struct reference r = ref(t, "r.example:1/a");
	CHECK_OK(t, cred_find(&r, a, &c, &e), &e);
	CHECK_SPAN(t, c.secret, SPAN("from-helper"));
	r = ref(t, "other.example/a");
	CHECK_OK(t, cred_find(&r, a, &c, &e), &e);
	CHECK_SPAN(t, c.secret, SPAN("pw"));
	r = ref(t, "none.example/a");
	CHECK_OK(t, cred_find(&r, a, &c, &e), &e);
	CHECK_U(t, c.secret.n, 0);
	r = ref(t, "broken.example/a");
	CHECK(t, !cred_find(&r, a, &c, &e));
	CHECK_HAS(t, e.msg, "keyring is locked");
}
