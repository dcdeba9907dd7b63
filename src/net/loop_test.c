#include "base/test.h"

#include <errno.h>

#include "base/fault_kit.h"
#include "net/loop.h"
#include "net/sock.h"
#include "sys/env.h"
#include "sys/fs.h"

/* A pair of sockets, one end of which the loop watches. */
struct end {
	struct watch watch;
	int far;
	unsigned calls, events; /* the last */
	struct loop *loop;
	struct watch *removes, *adds; /* what its callback does */
	bool stops, fails;
};

static bool
on_event(void *self, unsigned events, struct err *e)
{
	struct end *x = self;
	x->calls++;
	x->events = events;
	if (x->removes)
		loop_remove(x->loop, x->removes);
	if (x->adds && !loop_add(x->loop, x->adds, e))
		return false;
	if (x->stops)
		loop_stop(x->loop);
	return !x->fails || err_set(e, ERR_NET, "failed");
}

static void
end_open(struct test *t, struct end *x, struct loop *l)
{
	struct err e = { 0 };
	int pair[2];
	CHECK_OK(t, sock_pair(pair, &e), &e);
	*x = (struct end){ .watch = { .fd = pair[0],
				      .in = true,
				      .ready = on_event,
				      .self = x },
			   .far = pair[1],
			   .loop = l };
}

static void
end_send(struct test *t, struct end *x)
{
	size_t n;
	CHECK(t, sock_write(x->far, "x", 1, &n) == IO_DONE);
}

static void
end_close(struct end *x)
{
	fd_closep(&x->watch.fd);
	fd_closep(&x->far);
}

static void
turn(struct test *t, struct loop *l, int ms)
{
	struct err e = { 0 };
	CHECK_OK(t, loop_turn(l, ms, &e), &e);
}

TEST(events_are_the_requested_ones)
{
	struct loop l = { 0 };
	struct err e = { 0 };
	struct end x;
	end_open(t, &x, &l);
	CHECK_OK(t, loop_add(&l, &x.watch, &e), &e);
	turn(t, &l, 0);
	CHECK_U(t, x.calls, 0);
	end_send(t, &x);
	turn(t, &l, -1);
	CHECK_U(t, x.events, LOOP_IN);
	x.watch.out = true;
	turn(t, &l, -1);
	CHECK_U(t, x.events, LOOP_IN | LOOP_OUT);
	x.watch.in = false;
	turn(t, &l, -1);
	CHECK_U(t, x.events, LOOP_OUT);
	x.watch.out = false;
	fd_closep(&x.far);
	turn(t, &l, 0);
	CHECK_U(t, x.calls, 3); /* no request, no event, not even the end */
	x.watch.in = true;
	turn(t, &l, -1);
	CHECK_U(t, x.events, LOOP_IN | LOOP_END);
	end_close(&x);
	turn(t, &l, 0); /* a negative descriptor is not watched */
	CHECK_U(t, x.calls, 4);
	x.watch.fd = 1 << 20; /* is not open */
	turn(t, &l, -1);
	CHECK_U(t, x.events, LOOP_IN | LOOP_END);
}

TEST(deadlines_end_the_wait_once)
{
	struct loop l = { 0 };
	struct err e = { 0 };
	struct end x = { .watch = { .fd = -1, .ready = on_event, .self = &x } };
	uint64_t start = sys_monotonic_ns(), ms = 1000u * 1000;
	CHECK_OK(t, loop_add(&l, &x.watch, &e), &e);
	x.watch.due_ns = start + 20 * ms;
	turn(t, &l, 1);
	CHECK_U(t, x.calls, 0);
	turn(t, &l, -1);
	CHECK(t, sys_monotonic_ns() >= start + 20 * ms);
	CHECK_U(t, x.events, LOOP_DUE);
	CHECK(t, x.watch.due_ns == 0);
	turn(t, &l, 1);
	CHECK_U(t, x.calls, 1);
	x.watch.due_ns = 1; /* long past */
	turn(t, &l, -1);
	CHECK_U(t, x.calls, 2);
	x.watch.due_ns = UINT64_MAX; /* never */
	turn(t, &l, 1);
	CHECK_U(t, x.calls, 2);
}

TEST(a_callback_removes_and_adds)
{
	struct loop l = { 0 };
	struct err e = { 0 };
	struct end x[4];
	for (size_t i = 0; i < COUNT(x); i++) {
		end_open(t, &x[i], &l);
		end_send(t, &x[i]);
	}
	for (size_t i = 0; i < 3; i++)
		CHECK_OK(t, loop_add(&l, &x[i].watch, &e), &e);
	x[0].removes = &x[1].watch;
	x[2].removes = &x[2].watch;
	x[2].adds = &x[3].watch;
	turn(t, &l, -1);
	CHECK_U(t, x[0].calls, 1);
	CHECK_U(t, x[1].calls, 0); /* its event is dropped */
	CHECK_U(t, x[2].calls, 1);
	CHECK_U(t, x[3].calls, 0); /* the next turn is its first */
	turn(t, &l, -1);
	CHECK_U(t, x[0].calls, 2);
	CHECK_U(t, x[1].calls, 0);
	CHECK_U(t, x[2].calls, 1);
	CHECK_U(t, x[3].calls, 1);
	CHECK_U(t, l.n, 2);
	/* removed and added again in one turn: an old event does not count */
	x[0].removes = x[0].adds = &x[3].watch;
	turn(t, &l, -1);
	CHECK_U(t, x[3].calls, 1);
	for (size_t i = 0; i < COUNT(x); i++)
		end_close(&x[i]);
}

TEST(a_callback_ends_the_turn)
{
	struct loop l = { 0 };
	struct err e = { 0 };
	struct end x[2];
	for (size_t i = 0; i < COUNT(x); i++) {
		end_open(t, &x[i], &l);
		end_send(t, &x[i]);
		CHECK_OK(t, loop_add(&l, &x[i].watch, &e), &e);
	}
	x[0].stops = true;
	turn(t, &l, -1);
	CHECK_U(t, x[1].calls, 0);
	x[0].stops = false;
	x[0].fails = true;
	CHECK(t, !loop_turn(&l, -1, &e) && e.code == ERR_NET);
	CHECK_U(t, x[1].calls, 0);
	x[0].fails = false;
	turn(t, &l, -1);
	CHECK_U(t, x[1].calls, 1);
	for (size_t i = 0; i < COUNT(x); i++)
		end_close(&x[i]);
}

TEST(poll_fails_or_is_interrupted)
{
	struct loop l = { 0 };
	struct err e = { 0 };
	struct end x;
	end_open(t, &x, &l);
	end_send(t, &x);
	CHECK_OK(t, loop_add(&l, &x.watch, &e), &e);
	fault_begin(NULL, 1, EINTR);
	bool ok = loop_turn(&l, -1, &e);
	fault_end();
	CHECK_OK(t, ok, &e);
	CHECK_U(t, x.calls, 0);
	fault_begin(NULL, 1, ENOMEM);
	ok = loop_turn(&l, -1, &e);
	fault_end();
	CHECK(t, !ok && e.code == ERR_SYS);
	CHECK_U(t, x.calls, 0);
	end_close(&x);
}

TEST(many_descriptors_up_to_the_limit)
{
	struct loop l = { 0 };
	struct err e = { 0 };
	struct end *x = NEW(&t->arena, struct end, LOOP_MAX + 1);
	enum { PAIRS = 200 };
	for (size_t i = 0; i <= LOOP_MAX; i++)
		x[i].watch.fd = x[i].far = -1;
	for (size_t i = 0; i < PAIRS; i++)
		end_open(t, &x[i], &l);
	for (size_t i = 0; i < LOOP_MAX; i++)
		CHECK_OK(t, loop_add(&l, &x[i].watch, &e), &e);
	CHECK(t, !loop_add(&l, &x[LOOP_MAX].watch, &e) && e.code == ERR_LIMIT);
	for (size_t i = 0; i < PAIRS; i += 3)
		end_send(t, &x[i]);
	turn(t, &l, -1);
	for (size_t i = 0; i < PAIRS; i++)
		CHECK_U(t, x[i].calls, i % 3 == 0);
	for (size_t i = 0; i < LOOP_MAX; i += 2)
		loop_remove(&l, &x[i].watch);
	turn(t, &l, 0);
	CHECK_U(t, l.n, LOOP_MAX / 2);
	for (size_t i = 0; i < PAIRS; i++)
		CHECK_U(t, x[i].calls, i % 3 ? 0 : 1 + i % 2);
	for (size_t i = 0; i < PAIRS; i++)
		end_close(&x[i]);
}
