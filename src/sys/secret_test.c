#include "base/test.h"

#include "sys/fs.h"
#include "sys/secret.h"

#include <string.h>
#include <unistd.h>

static const char *
file_of(struct test *t, const char *text)
{
	struct err e = { 0 };
	const char *path = arena_fmt(&t->arena, "%s/s", test_dir(t));
	CHECK_OK(t, fs_write_file(path, span_str(text), 0600, &e), &e);
	return path;
}

TEST(secret_from_a_file)
{
	struct err e = { 0 };
	DEFER(secret_free) struct secret s = { 0 };
	const char *path = file_of(t, "pass phrase\r\n");
	CHECK_OK(t, secret_read(&s, path, 13, &e), &e);
	CHECK_SPAN(t, secret_span(&s), SPAN("pass phrase\r\n"));
	CHECK_SPAN(t, secret_line(&s), SPAN("pass phrase"));
	secret_free(&s);
	CHECK(t, s.p == NULL);
	CHECK(t, !secret_read(&s, path, 12, &e) && e.code == ERR_LIMIT);
	CHECK(t, s.p == NULL);
	CHECK(t, !secret_read(&s, "/no/such/file", 12, &e));
	CHECK(t, e.code == ERR_NOTFOUND);
}

TEST(secret_from_a_descriptor)
{
	struct err e = { 0 };
	int p[2];
	DEFER(secret_free) struct secret s = { 0 };
	CHECK(t, pipe(p) == 0 && write(p[1], "abc", 3) == 3);
	fd_close(p[1]);
	const char *name = arena_fmt(&t->arena, "fd:%d", p[0]);
	CHECK_OK(t, secret_read(&s, name, 100, &e), &e);
	CHECK_SPAN(t, secret_line(&s), SPAN("abc"));
	secret_free(&s);
	CHECK(t, !secret_read(&s, "fd:x", 100, &e) && e.code == ERR_USAGE);
}
