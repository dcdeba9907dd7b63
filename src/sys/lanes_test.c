#include "base/test.h"

#include <string.h>

#include "sys/lanes.h"

/* Sums the blocks in an order-dependent way; fails at block `bad`. */
struct adder {
	uint64_t sum, seen, bad;
};

static bool
add(void *self, const struct lane_block *b, struct err *e)
{
	struct adder *a = self;
	if (++a->seen == a->bad) {
		err_set(e, ERR_SYS, "block %u is bad", (unsigned)a->bad);
		return false;
	}
	a->sum = a->sum * 31 + *(const unsigned *)b->about;
	for (size_t i = 0; i < b->n; i++)
		a->sum = a->sum * 31 + b->p[i];
	return true;
}

static bool
run(struct arena *arena, struct adder *adder, bool threads, struct err *e)
{
	struct lane lane[3];
	for (size_t i = 0; i < COUNT(lane); i++)
		lane[i] = (struct lane){ add, &adder[i] };
	DEFER(lanes_close) struct lanes *l = NULL;
	struct lanes_plan plan = { .lane = lane,
				   .n = COUNT(lane),
				   .blocks = 4,
				   .size = 1000,
				   .about = sizeof(unsigned),
				   .threads = threads };
	if (!lanes_open(&l, &plan, arena, e))
		return false;
	for (unsigned i = 0; i < 5000; i++) {
		struct lane_block *b;
		if (!lanes_block(l, &b, e))
			return false;
		memset(b->p, (int)(i & 0xff), i % 1000);
		b->n = i % 1000;
		*(unsigned *)b->about = i;
		if (!lanes_pass(l, e))
			return false;
	}
	return lanes_finish(l, e);
}

TEST(lanes_all_see_all_in_order)
{
	struct err e = { 0 };
	struct adder with[3] = { 0 }, without[3] = { 0 };
	CHECK_OK(t, run(&t->arena, with, true, &e), &e);
	CHECK_OK(t, run(&t->arena, without, false, &e), &e);
	CHECK(t, with[0].sum && with[0].seen == 5000);
	for (size_t i = 0; i < COUNT(with); i++) {
		CHECK_U(t, with[i].sum, without[0].sum);
		CHECK_U(t, without[i].sum, without[0].sum);
	}
}

TEST(lanes_pass_an_error_on)
{
	for (unsigned threads = 0; threads < 2; threads++) {
		struct err e = { 0 };
		struct adder a[3] = { [1] = { .bad = 77 } };
		CHECK(t, !run(&t->arena, a, threads, &e));
		CHECK_STR(t, e.msg, "block 77 is bad");
		struct adder last[3] = { [2] = { .bad = 5000 } };
		CHECK(t, !run(&t->arena, last, threads, &e));
		CHECK_STR(t, e.msg, "block 5000 is bad");
	}
}

TEST(lanes_can_be_given_up)
{
	struct err e = { 0 };
	struct adder a = { 0 };
	struct lane lane = { add, &a };
	struct lanes_plan plan = {
		.lane = &lane, .n = 1, .blocks = 2, .size = 10, .threads = true
	};
	DEFER(lanes_close) struct lanes *l = NULL;
	struct lane_block *b, *again;
	CHECK_OK(t, lanes_open(&l, &plan, &t->arena, &e), &e);
	CHECK_OK(t, lanes_block(l, &b, &e), &e);
	CHECK_OK(t, lanes_block(l, &again, &e), &e);
	CHECK(t, b == again);
	CHECK_OK(t, lanes_pass(l, &e), &e);
}

TEST(lanes_survive_failed_allocations)
{
	struct adder a = { 0 };
	struct lane lane = { add, &a };
	struct lanes_plan plan = {
		.lane = &lane, .n = 1, .blocks = 2, .size = 10, .threads = true
	};
	for (unsigned n = 1; n <= 4; n++) {
		struct arena arena = { .fail_in = n };
		struct lanes *l = NULL;
		struct err e = { 0 };
		CHECK(t, !lanes_open(&l, &plan, &arena, &e));
		CHECK(t, e.code == ERR_LIMIT && !l);
		arena_finish(&arena);
	}
}
