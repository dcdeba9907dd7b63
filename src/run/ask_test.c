#include "base/test.h"

#include <string.h>
#include <unistd.h>

#include "net/sock.h"
#include "run/ask.h"
#include "sys/fs.h"

/* Answers with the question twice; "no" has no answer. */
static bool
twice(void *self, struct span question, struct buf *out, struct err *e)
{
	unsigned *calls = self;
	++*calls;
	if (span_is(question, "no"))
		return err_set(e, ERR_REFUSED, "no to that");
	buf_span(out, question);
	buf_span(out, question);
	return true;
}

struct rig {
	unsigned calls;
	struct ask_service s;
	struct ask q;
	int guest;
	struct err e;
};

static void
rig_open(struct test *t, struct rig *r)
{
	int pair[2];
	*r = (struct rig){ .q.fd = -1, .guest = -1 };
	r->s = (struct ask_service){ .answer = twice, .self = &r->calls };
	CHECK_OK(t, sock_pair(pair, &r->e), &r->e);
	r->guest = pair[1];
	ask_begin(&r->q, pair[0]);
}

static void
rig_close(struct rig *r)
{
	ask_close(&r->q);
	fd_closep(&r->guest);
}

static void
send_bytes(struct test *t, struct rig *r, struct span s)
{
	CHECK(t, write(r->guest, s.p, s.n) == (ssize_t)s.n);
}

/* Returns what the guest reads until the end. */
static struct span
got(struct test *t, struct rig *r)
{
	static uint8_t all[1 << 18];
	size_t n = 0, k;
	while (sock_read(r->guest, all + n, sizeof all - n, &k) == IO_DONE)
		n += k;
	CHECK(t, sock_read(r->guest, all, 1, &k) == IO_END);
	return span_of(all, n);
}

TEST(ask_answers_when_all_has_come)
{
	DEFER(rig_close) struct rig r;
	rig_open(t, &r);
	CHECK_OK(t, ask_turn(&r.q, &r.s, &r.e), &r.e);
	send_bytes(t, &r, SPAN("doc"));
	CHECK_OK(t, ask_turn(&r.q, &r.s, &r.e), &r.e);
	send_bytes(t, &r, SPAN("ument"));
	CHECK_OK(t, ask_turn(&r.q, &r.s, &r.e), &r.e);
	CHECK(t, r.calls == 0 && r.q.fd >= 0);
	sock_shut_write(r.guest);
	CHECK_OK(t, ask_turn(&r.q, &r.s, &r.e), &r.e);
	CHECK(t, r.calls == 1 && r.q.fd == -1);
	CHECK_SPAN(t, got(t, &r), SPAN("documentdocument"));
}

TEST(ask_takes_as_much_as_fits)
{
	static uint8_t big[ASK_MAX / 2 + 1];
	for (size_t more = 0; more < 2; more++) {
		DEFER(rig_close) struct rig r;
		rig_open(t, &r);
		send_bytes(t, &r, span_of(big, ASK_MAX / 2 + more));
		sock_shut_write(r.guest);
		bool ok = ask_turn(&r.q, &r.s, &r.e);
		CHECK(t, ok == !more && r.q.fd == -1 && r.calls == 1);
		CHECK_U(t, got(t, &r).n, more ? 0 : ASK_MAX);
	}
}

TEST(ask_refuses_without_a_byte)
{
	static uint8_t big[ASK_MAX + 1];
	DEFER(rig_close) struct rig no;
	DEFER(rig_close) struct rig large;
	rig_open(t, &no);
	send_bytes(t, &no, SPAN("no"));
	sock_shut_write(no.guest);
	CHECK(t, !ask_turn(&no.q, &no.s, &no.e) && no.q.fd == -1);
	CHECK_STR(t, no.e.msg, "no to that");
	CHECK_U(t, got(t, &no).n, 0);
	rig_open(t, &large);
	send_bytes(t, &large, span_of(big, sizeof big));
	CHECK(t, !ask_turn(&large.q, &large.s, &large.e));
	CHECK(t, large.e.code == ERR_LIMIT && large.calls == 0);
	CHECK(t, large.q.fd == -1);
}

TEST(ask_survives_a_peer_that_went)
{
	DEFER(rig_close) struct rig r;
	rig_open(t, &r);
	send_bytes(t, &r, SPAN("x"));
	fd_closep(&r.guest);
	CHECK(t, !ask_turn(&r.q, &r.s, &r.e) && r.q.fd == -1);
	CHECK(t, r.e.code == ERR_NET);
}
