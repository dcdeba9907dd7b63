#include "oci/spool.h"

#include "base/limits.h"
#include "base/test.h"
#include "oci/layer_kit.h"

#include <string.h>

static struct span
read_all(struct test *t, const struct window *w)
{
	struct err e = { 0 };
	uint8_t *p = NEW(&t->arena, uint8_t, (size_t)w->size);
	CHECK_OK(t, fs_pread(w->fd, p, (size_t)w->size, w->offset, &e), &e);
	return span_of(p, (size_t)w->size);
}

/* The bytes read back are the same however they were divided, and zeros use no
 * space. */
TEST(pieces_of_every_size)
{
	static const size_t steps[] = { 1, 13, 4095, 4096, 4097, 100000 };
	enum { SIZE = 3 * 65536 + 5 };
	uint8_t *p = NEW(&t->arena, uint8_t, SIZE);
	for (size_t i = 0; i < SIZE; i++)
		p[i] = i % 40000 < 20000 ? 0 : (uint8_t)(i * 7 + 1);
	struct span all = span_of(p, SIZE);
	DEFER(kit_finish) struct kit k;
	kit_init(&k, t);
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct spool s;
		struct window w;
		CHECK_OK(t, spool_open(&s, &k.m, &k.e), &k.e);
		for (struct span r = all; r.n; r = span_from(r, steps[i]))
			CHECK(t,
			      spool_write(&s, span_sub(r, 0, steps[i]), &k.e));
		CHECK_OK(t, spool_close(&s, &w, &k.e), &k.e);
		CHECK(t, w.offset % 4096 == 0);
		CHECK(t, span_eq(read_all(t, &w), all));
	}
}

TEST(zeros_take_no_room)
{
	DEFER(kit_finish) struct kit k;
	struct spool s;
	struct window w;
	uint64_t room;
	uint8_t *p = NEW(&t->arena, uint8_t, MIB);
	kit_init(&k, t);
	CHECK_OK(t, spool_open(&s, &k.m, &k.e), &k.e);
	for (int i = 0; i < 64; i++)
		CHECK(t, spool_write(&s, span_of(p, MIB), &k.e));
	CHECK_OK(t, spool_close(&s, &w, &k.e), &k.e);
	CHECK_U(t, w.size, 64 * MIB);
	CHECK_OK(t, fs_room(w.fd, &room, &k.e), &k.e);
	CHECK(t, room <= 64 * KIB);
}
