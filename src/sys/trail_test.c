#include "base/test.h"

#include <string.h>

#include "sys/fs.h"
#include "sys/trail.h"

enum { SIZE = 5 * 1000 * 1000 };

static struct span
noise(struct test *t)
{
	uint8_t *p = NEW(&t->arena, uint8_t, SIZE);
	uint32_t x = 1;
	ASSERT(p);
	for (size_t i = 0; i < SIZE; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = (uint8_t)(x >> 24);
	}
	return span_of(p, SIZE);
}

/* Pieces of all sizes, and gaps that another writer fills later. */
TEST(trail_writes_what_was_put)
{
	DEFER(fd_closep) int fd = -1;
	DEFER(trail_close) struct trail *tr = NULL;
	struct span all = noise(t), got;
	struct err e = { 0 };
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	CHECK_OK(t, trail_open(&tr, fd, 0, &t->arena, &e), &e);
	for (size_t at = 0, n = 0; at < SIZE; at += n + 10, n = n * 2 + 1) {
		if (n > SIZE - at)
			n = SIZE - at;
		if (n > 400000)
			n = 7;
		CHECK_OK(t, trail_put(tr, span_sub(all, at, n), at, &e), &e);
		CHECK_OK(t,
			 fs_pwrite(fd, span_sub(all, at + n, 10), at + n, &e),
			 &e);
	}
	CHECK_OK(t, trail_finish(tr, &e), &e);
	CHECK_OK(t, fs_read_fd(fd, SIZE, &t->arena, &got, &e), &e);
	CHECK_SPAN(t, got, all);
}

TEST(trail_tells_what_went_wrong)
{
	struct span all = noise(t);
	struct err e = { 0 };
	DEFER(fd_closep) int fd = -1;
	DEFER(trail_close) struct trail *tr = NULL;
	CHECK_OK(t, fs_open("/dev/null", &fd, &e),
		 &e); /* opened without writing */
	CHECK_OK(t, trail_open(&tr, fd, 0, &t->arena, &e), &e);
	bool ok = true;
	for (size_t at = 0; ok && at < SIZE; at += 100000)
		ok = trail_put(tr, span_sub(all, at, 100000), at, &e);
	CHECK(t, !ok || !trail_finish(tr, &e));
	CHECK(t, e.code == ERR_SYS && e.sys != 0);
}

TEST(trail_given_up)
{
	struct err e = { 0 };
	DEFER(fd_closep) int fd = -1;
	struct trail *tr = NULL;
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	CHECK_OK(t, trail_open(&tr, fd, 0, &t->arena, &e), &e);
	CHECK_OK(t, trail_put(tr, SPAN("x"), 0, &e), &e);
	trail_close(&tr);
	trail_close(&tr);
	for (unsigned n = 1; n < 5; n++) {
		struct arena a = { .fail_in = n };
		CHECK(t,
		      !trail_open(&tr, fd, 0, &a, &e) && e.code == ERR_LIMIT);
		trail_close(&tr);
		arena_finish(&a);
	}
}
