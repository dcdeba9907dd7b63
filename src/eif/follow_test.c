#include "base/test.h"

#include "eif/eif_kit.h"
#include "eif/follow.h"
#include "sys/fs.h"

/* An image on its way, followed or not. */
struct way {
	int fd;
	struct eif_writer w;
	struct trail *trail;
};

static void
way_finish(struct way *y)
{
	eif_follow_close(&y->w);
	trail_close(&y->trail);
	fd_closep(&y->fd);
}

/* The kernel is there before anybody follows. */
static bool
way_begin(struct test *t, struct way *y, bool trail, bool follow,
	  size_t ramdisks, struct err *e)
{
	struct eif like = { .version = 4 };
	*y = (struct way){ .fd = -1 };
	if (!fs_tmpfile(NULL, &y->fd, e))
		return false;
	eif_writer_init(&y->w, y->fd, &like);
	if (!eif_writer_span(&y->w, EIF_KERNEL, kit_noise(t, 700000, 1), e) ||
	    !eif_writer_span(&y->w, EIF_CMDLINE, SPAN("console=ttyS0"), e))
		return false;
	if (trail && !trail_open(&y->trail, y->fd, y->w.at, &t->arena, e))
		return false;
	y->w.trail = y->trail;
	return !follow || eif_follow_open(&y->w, ramdisks, &t->arena, e);
}

static bool
put_ramdisk(struct test *t, struct way *y, unsigned seed, struct err *e)
{
	struct span all = kit_noise(t, 6000000, seed);
	if (!eif_writer_begin(&y->w, EIF_RAMDISK, 0, e))
		return false;
	for (size_t n = 1; all.n; n = n * 3 + 1) {
		if (n > 900000)
			n = 1;
		struct span s = span_sub(all, 0, n < all.n ? n : all.n);
		if (!eif_writer_put(&y->w, s, e))
			return false;
		all = span_from(all, s.n);
	}
	return eif_writer_end(&y->w, e);
}

static bool
measure(struct test *t, struct way *y, struct measured *m, struct err *e)
{
	struct eif_measure_plan plan = { .sha256 = true };
	return eif_writer_finish(&y->w, e) &&
	       eif_writer_measure(&y->w, &plan, &t->arena, m, e);
}

static bool
one_way(struct test *t, bool trail, bool follow, struct measured *m,
	struct err *e)
{
	DEFER(way_finish) struct way y;
	if (!way_begin(t, &y, trail, follow, 3, e))
		return false;
	for (unsigned i = 0; i < 3; i++)
		if (!put_ramdisk(t, &y, i, e))
			return false;
	return eif_writer_span(&y.w, EIF_METADATA, SPAN("{}"), e) &&
	       measure(t, &y, m, e);
}

TEST(follow_measures_as_afterwards)
{
	struct measured want, got;
	struct err e = { 0 };
	CHECK_OK(t, one_way(t, false, false, &want, &e), &e);
	CHECK_U(t, want.n, 6);
	for (unsigned trail = 0; trail < 2; trail++) {
		CHECK_OK(t, one_way(t, trail, true, &got, &e), &e);
		CHECK_U(t, got.n, want.n);
		CHECK_SPAN(t, hash_span(&got.pcr0), hash_span(&want.pcr0));
		CHECK_SPAN(t, hash_span(&got.pcr1), hash_span(&want.pcr1));
		CHECK_SPAN(t, hash_span(&got.pcr2), hash_span(&want.pcr2));
		CHECK_SPAN(t, hash_span(&got.sha256), hash_span(&want.sha256));
		for (size_t i = 0; i < want.n; i++) {
			CHECK_U(t, got.section[i].crc, want.section[i].crc);
			CHECK_U(t, got.section[i].size, want.section[i].size);
			CHECK_SPAN(t, hash_span(&got.section[i].digest),
				   hash_span(&want.section[i].digest));
		}
	}
}

/* A byte that was measured before, one that was not yet, and the header's. */
TEST(follow_notices_what_changed)
{
	static const uint64_t at[] = { EIF_HEADER + EIF_SECTION_HEADER, 0, 7 };
	for (size_t i = 0; i < COUNT(at); i++) {
		DEFER(way_finish) struct way y;
		struct err e = { 0 };
		struct measured m;
		CHECK_OK(t, way_begin(t, &y, false, true, 1, &e), &e);
		CHECK_OK(t, put_ramdisk(t, &y, 1, &e), &e);
		struct eif_measure_plan plan = { .sha256 = true };
		uint64_t place = at[i] ? at[i] : y.w.at - 1;
		uint8_t was;
		CHECK_OK(t, eif_writer_finish(&y.w, &e), &e);
		CHECK_OK(t, fs_pread(y.fd, &was, 1, place, &e), &e);
		was ^= 1;
		CHECK_OK(t, fs_pwrite(y.fd, span_of(&was, 1), place, &e), &e);
		CHECK(t, !eif_writer_measure(&y.w, &plan, &t->arena, &m, &e));
		CHECK(t, e.code == ERR_SYS);
		CHECK_HAS(t, e.msg, "not what was written");
	}
}

/* Cut short by somebody while it is being written. */
TEST(follow_notices_what_is_gone)
{
	DEFER(way_finish) struct way y;
	struct err e = { 0 };
	struct measured m;
	CHECK_OK(t, way_begin(t, &y, false, true, 1, &e), &e);
	CHECK_OK(t, fs_resize(y.fd, EIF_HEADER, &e), &e);
	CHECK(t, !put_ramdisk(t, &y, 1, &e) || !measure(t, &y, &m, &e));
	CHECK(t, e.code == ERR_SYS);
	CHECK_HAS(t, e.msg, "not what was written");
}

TEST(follow_survives_failed_allocations)
{
	for (unsigned n = 1; n < 6; n++) {
		DEFER(way_finish) struct way y;
		struct arena few = { .fail_in = n };
		struct err e = { 0 };
		CHECK_OK(t, way_begin(t, &y, false, false, 1, &e), &e);
		CHECK(t, !eif_follow_open(&y.w, 1, &few, &e));
		CHECK(t, e.code == ERR_LIMIT);
		eif_follow_close(&y.w);
		arena_finish(&few);
	}
}
