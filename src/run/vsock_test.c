#include "run/vsock.h"

#include "base/test.h"
#include "sys/fs.h"

#include <string.h>

enum {
	REQUEST = 1,
	RESPONSE,
	RST,
	SHUTDOWN,
	RW,
	CREDIT_UPDATE,
	CREDIT_REQUEST
};
enum { CID = 16, GUEST_PORT = 5000, PORT = 9000 };

/* The device with a host side: far[] has the other ends of accepted
 * connections. */
struct fake {
	struct vsock v;
	int far[8];
	size_t accepted;
	uint32_t last_port;
	bool refuse;
	uint32_t taken, refused; /* the last port that accepted, refused */
};

static int
fake_accept(void *self, struct vsock_addr to)
{
	struct fake *f = self;
	struct err e = { 0 };
	int pair[2];
	f->last_port = to.port;
	if (f->refuse || f->accepted == COUNT(f->far) || !sock_pair(pair, &e))
		return -1;
	f->far[f->accepted++] = pair[1];
	return pair[0];
}

static void
fake_answered(void *self, uint32_t port, bool taken)
{
	struct fake *f = self;
	*(taken ? &f->taken : &f->refused) = port;
}

static struct fake *
fake_new(struct test *t)
{
	struct fake *f = NEW(&t->arena, struct fake, 1);
	f->v = (struct vsock){ .guest_cid = CID,
			       .accept = fake_accept,
			       .answered = fake_answered,
			       .self = f,
			       .arena = &t->arena };
	return f;
}

static void
fake_free(struct fake *f)
{
	vsock_finish(&f->v);
	for (size_t i = 0; i < f->accepted; i++)
		fd_close(f->far[i]);
}

/* Passes a packet of the guest with n bytes of payload to the device. */
static void
guest_says(struct fake *f, struct vsock_packet p, const void *data, size_t n)
{
	static uint8_t out[VSOCK_PACKET_MAX];
	p.len = (uint32_t)n;
	p.type = p.type ? p.type : 1;
	p.src.cid = p.src.cid ? p.src.cid : CID;
	p.dst.cid = p.dst.cid ? p.dst.cid : VSOCK_CID_PARENT;
	p.src.port = p.src.port ? p.src.port : GUEST_PORT;
	p.dst.port = p.dst.port ? p.dst.port : PORT;
	p.buf_alloc = p.buf_alloc ? p.buf_alloc : 1 << 20;
	vsock_put_header(out, &p);
	if (n)
		memcpy(out + VSOCK_HEADER, data, n);
	vsock_receive(&f->v, span_of(out, VSOCK_HEADER + n), 0);
}
#define SAYS(f, ...) \
	guest_says((f), (struct vsock_packet){ .op = __VA_ARGS__ }, "", 0)

static uint8_t heard[VSOCK_PACKET_MAX];

/* Returns the next packet for the guest; op is 0 if there is none. */
static struct vsock_packet
hear(struct fake *f, uint64_t now)
{
	struct vsock_packet p = { 0 };
	struct wait w[VSOCK_CONNS];
	struct err e = { 0 };
	int ms = 0;
	size_t n = vsock_waits(&f->v, w, COUNT(w), &ms, now);
	IGNORE(wait_for(w, n, 0, &e));
	vsock_waited(&f->v, w, n);
	n = vsock_send(&f->v, heard, sizeof heard, now);
	if (n == 0 || !vsock_header(span_of(heard, n), &p))
		return (struct vsock_packet){ 0 };
	ASSERT(n == VSOCK_HEADER + p.len);
	return p;
}

static size_t
far_reads(struct fake *f, size_t i, void *p, size_t room)
{
	size_t n;
	return sock_read(f->far[i], p, room, &n) == IO_DONE ? n : 0;
}

static void
far_writes(struct test *t, struct fake *f, size_t i, const void *p, size_t n)
{
	size_t done;
	CHECK(t, sock_write(f->far[i], p, n, &done) == IO_DONE);
	CHECK_U(t, done, n);
}

TEST(guest_connects_to_its_parent)
{
	struct fake *f = fake_new(t);
	char in[16] = "";
	SAYS(f, REQUEST);
	struct vsock_packet p = hear(f, 0);
	CHECK_U(t, p.op, RESPONSE);
	CHECK_U(t, p.src.cid, VSOCK_CID_PARENT);
	CHECK_U(t, p.src.port, PORT);
	CHECK_U(t, p.dst.cid, CID);
	CHECK_U(t, p.dst.port, GUEST_PORT);
	CHECK_U(t, p.buf_alloc, VSOCK_WINDOW);
	CHECK_U(t, f->last_port, PORT);

	guest_says(f, (struct vsock_packet){ .op = RW }, "abc", 3);
	CHECK_U(t, far_reads(f, 0, in, sizeof in), 3);
	CHECK_STR(t, in, "abc");
	CHECK_U(t, hear(f, 0).op, 0);

	far_writes(t, f, 0, "hello", 5);
	p = hear(f, 0);
	CHECK_U(t, p.op, RW);
	CHECK_U(t, p.len, 5);
	CHECK_U(t, p.fwd_cnt, 3);
	CHECK(t, !memcmp(heard + VSOCK_HEADER, "hello", 5));
	fake_free(f);
}

TEST(host_cid_two_is_us_too_and_others_are_not)
{
	struct fake *f = fake_new(t);
	SAYS(f, REQUEST, .dst.cid = VSOCK_CID_HOST);
	struct vsock_packet p = hear(f, 0);
	CHECK_U(t, p.op, RESPONSE);
	CHECK_U(t, p.src.cid, VSOCK_CID_HOST);
	SAYS(f, REQUEST, .dst.cid = 77, .src.port = 6000);
	CHECK_U(t, hear(f, 0).op, RST);
	/* packets with another guest's CID are not answered */
	SAYS(f, REQUEST, .src.cid = 17, .src.port = 6001);
	CHECK_U(t, hear(f, 0).op, 0);
	CHECK_U(t, f->accepted, 1);
	fake_free(f);
}

TEST(refusals)
{
	struct fake *f = fake_new(t);
	f->refuse = true;
	SAYS(f, REQUEST);
	struct vsock_packet p = hear(f, 0);
	CHECK_U(t, p.op, RST);
	CHECK_U(t, p.src.port, PORT);
	SAYS(f, RW);
	CHECK_U(t, hear(f, 0).op, RST); /* no such connection */
	SAYS(f, RST);
	CHECK_U(t, hear(f, 0).op, 0); /* a reset is not answered */
	f->refuse = false;
	SAYS(f, REQUEST, .type = 2);
	CHECK_U(t, hear(f, 0).op, RST); /* not a stream */
	SAYS(f, 8);
	CHECK_U(t, hear(f, 0).op, RST);
	/* a length beyond the packet */
	uint8_t out[VSOCK_HEADER];
	struct vsock_packet bad = { .src = { CID, 1 },
				    .dst = { VSOCK_CID_PARENT, 2 },
				    .type = 1,
				    .op = RW,
				    .len = 1 };
	vsock_put_header(out, &bad);
	vsock_receive(&f->v, span_of(out, sizeof out), 0);
	CHECK_U(t, hear(f, 0).op, RST);
	for (size_t cut = 0; cut < sizeof out; cut++) {
		vsock_receive(&f->v, span_of(out, cut), 0);
		CHECK_U(t, hear(f, 0).op, 0);
	}
	fake_free(f);
}

TEST(refusals_waiting_are_bounded)
{
	struct fake *f = fake_new(t);
	size_t n = 0;
	for (uint32_t i = 0; i < 3 * VSOCK_RESETS; i++)
		SAYS(f, RW, .src.port = 10 + i);
	while (hear(f, 0).op == RST)
		n++;
	CHECK_U(t, n, VSOCK_RESETS);
	fake_free(f);
}

TEST(both_ends_close)
{
	struct fake *f = fake_new(t);
	char in[4];
	size_t n;
	SAYS(f, REQUEST);
	CHECK_U(t, hear(f, 0).op, RESPONSE);
	guest_says(f, (struct vsock_packet){ .op = RW }, "x", 1);
	SAYS(f, SHUTDOWN, .flags = 2);
	CHECK_U(t, far_reads(f, 0, in, 4), 1);
	CHECK(t, sock_read(f->far[0], in, 4, &n) == IO_END);
	/* the other direction still works */
	far_writes(t, f, 0, "y", 1);
	CHECK_U(t, hear(f, 0).op, RW);
	sock_shut_write(f->far[0]);
	struct vsock_packet p = hear(f, 0);
	p = p.op ? p : hear(f, 0);
	CHECK_U(t, p.op, SHUTDOWN);
	CHECK_U(t, p.flags, 2);
	CHECK_U(t, hear(f, 0).op, RST); /* the connection is closed */
	SAYS(f, RW);
	CHECK_U(t, hear(f, 0).op, RST);
	fake_free(f);
}

TEST(guest_closes_altogether)
{
	struct fake *f = fake_new(t);
	SAYS(f, REQUEST);
	CHECK_U(t, hear(f, 0).op, RESPONSE);
	SAYS(f, SHUTDOWN, .flags = 3);
	CHECK_U(t, hear(f, 0).op, RST);
	CHECK_U(t, hear(f, 0).op, 0);
	fake_free(f);
}

TEST(guest_gets_no_more_than_it_has_room_for)
{
	struct fake *f = fake_new(t);
	uint8_t data[300];
	memset(data, 7, sizeof data);
	SAYS(f, REQUEST, .buf_alloc = 100);
	CHECK_U(t, hear(f, 0).op, RESPONSE);
	far_writes(t, f, 0, data, sizeof data);
	CHECK_U(t, hear(f, 0).len, 100);
	CHECK_U(t, hear(f, 0).op, 0);
	SAYS(f, CREDIT_UPDATE, .buf_alloc = 100, .fwd_cnt = 60);
	CHECK_U(t, hear(f, 0).len, 60);
	/* an impossible count means no credit, not a huge one */
	SAYS(f, CREDIT_UPDATE, .buf_alloc = 100, .fwd_cnt = 1000);
	CHECK_U(t, hear(f, 0).op, 0);
	SAYS(f, CREDIT_UPDATE, .buf_alloc = 1000, .fwd_cnt = 160);
	CHECK_U(t, hear(f, 0).len, 140);
	fake_free(f);
}

TEST(guest_may_fill_the_window_but_no_more)
{
	struct fake *f = fake_new(t);
	static uint8_t data[VSOCK_PAYLOAD_MAX], in[VSOCK_PAYLOAD_MAX];
	size_t sent = 0, got = 0, n;
	memset(data, 5, sizeof data);
	SAYS(f, REQUEST);
	CHECK_U(t, hear(f, 0).op, RESPONSE);
	/* our side does not read: the socket fills, then the window */
	while (sent < 8u << 20) {
		guest_says(f, (struct vsock_packet){ .op = RW }, data,
			   sizeof data);
		sent += sizeof data;
		struct vsock_packet p = hear(f, 0);
		if (p.op == RST)
			break;
		CHECK(t, p.op == 0 || p.op == CREDIT_UPDATE);
	}
	CHECK(t, sent > VSOCK_WINDOW && sent < 8u << 20);
	while ((n = far_reads(f, 0, in, sizeof in)))
		got += n;
	CHECK(t, got > 0);
	fake_free(f);
}

TEST(slow_reader_gets_everything_in_order)
{
	struct fake *f = fake_new(t);
	static uint8_t data[4096], in[4096];
	uint32_t sent = 0, got = 0, told = 0;
	size_t n;
	bool in_order = true;
	SAYS(f, REQUEST);
	CHECK_U(t, hear(f, 0).op, RESPONSE);
	while (got < 3u << 20) {
		while (sent - told + sizeof data <= VSOCK_WINDOW) {
			for (size_t i = 0; i < sizeof data; i++)
				data[i] = (uint8_t)((sent + i) * 31 >> 5);
			guest_says(f, (struct vsock_packet){ .op = RW }, data,
				   sizeof data);
			sent += sizeof data;
		}
		n = far_reads(f, 0, in, 1000 + got % 977);
		for (size_t i = 0; i < n; i++)
			in_order &= in[i] == (uint8_t)((got + i) * 31 >> 5);
		got += (uint32_t)n;
		struct vsock_packet p = hear(f, 0);
		CHECK(t, p.op == 0 || p.op == CREDIT_UPDATE);
		told = p.op ? p.fwd_cnt : told;
	}
	CHECK(t, in_order);
	fake_free(f);
}

TEST(credit_is_told_when_asked)
{
	struct fake *f = fake_new(t);
	SAYS(f, REQUEST);
	CHECK_U(t, hear(f, 0).op, RESPONSE);
	SAYS(f, CREDIT_REQUEST);
	struct vsock_packet p = hear(f, 0);
	CHECK_U(t, p.op, CREDIT_UPDATE);
	CHECK_U(t, p.buf_alloc, VSOCK_WINDOW);
	fake_free(f);
}

TEST(we_connect_and_try_again)
{
	struct fake *f = fake_new(t);
	struct err e = { 0 };
	int pair[2];
	uint64_t second = 1000u * 1000 * 1000;
	CHECK_OK(t, sock_pair(pair, &e), &e);
	f->far[f->accepted++] = pair[1];
	CHECK_OK(t, vsock_connect(&f->v, 8080, pair[0], second, &e), &e);
	struct vsock_packet p = hear(f, 0);
	CHECK_U(t, p.op, REQUEST);
	CHECK_U(t, p.src.cid, VSOCK_CID_PARENT);
	CHECK_U(t, p.dst.port, 8080);
	SAYS(f, RST, .src.port = 8080, .dst.port = p.src.port);
	CHECK_U(t, hear(f, 0).op, 0); /* not at once */
	CHECK_U(t, f->refused, 8080);
	CHECK_U(t, f->taken, 0);
	CHECK_U(t, hear(f, second / 2).op, REQUEST);
	SAYS(f, RESPONSE, .src.port = 8080, .dst.port = p.src.port);
	CHECK_U(t, f->taken, 8080);
	f->refused = f->taken = 0;
	far_writes(t, f, 0, "hi", 2);
	CHECK_U(t, hear(f, second).op, RW);
	/* a second response changes nothing; a reset now ends it */
	SAYS(f, RESPONSE, .src.port = 8080, .dst.port = p.src.port);
	SAYS(f, RST, .src.port = 8080, .dst.port = p.src.port);
	CHECK(t, f->refused == 0 && f->taken == 0); /* no news */
	char in[4];
	size_t n;
	CHECK(t, sock_read(pair[1], in, 4, &n) == IO_END);
	fake_free(f);
}

TEST(we_give_up)
{
	struct fake *f = fake_new(t);
	struct err e = { 0 };
	int pair[2];
	char in[4];
	size_t n;
	CHECK_OK(t, sock_pair(pair, &e), &e);
	f->far[f->accepted++] = pair[1];
	CHECK_OK(t, vsock_connect(&f->v, 8080, pair[0], 0, &e), &e);
	struct vsock_packet p = hear(f, 0);
	SAYS(f, RST, .src.port = 8080, .dst.port = p.src.port);
	CHECK(t, sock_read(pair[1], in, 4, &n) == IO_END);
	fake_free(f);
}

TEST(connections_are_bounded_and_survive_failed_allocation)
{
	struct fake *f = fake_new(t);
	struct arena small;
	arena_init(&small, 3 * (VSOCK_WINDOW + 4096));
	f->v.arena = &small;
	for (uint32_t i = 0; i < 8; i++)
		SAYS(f, REQUEST, .src.port = 100 + i);
	size_t up = 0, down = 0;
	for (struct vsock_packet p; (p = hear(f, 0)).op;) {
		up += p.op == RESPONSE;
		down += p.op == RST;
	}
	CHECK(t, up >= 2 && up < 8);
	CHECK_U(t, up + down, 8);
	CHECK_U(t, f->accepted, up);
	/* memory of closed connections is reused */
	SAYS(f, SHUTDOWN, .src.port = 100, .flags = 3);
	CHECK_U(t, hear(f, 0).op, RST);
	SAYS(f, REQUEST, .src.port = 200);
	CHECK_U(t, hear(f, 0).op, RESPONSE);
	fake_free(f);
	arena_finish(&small);
}
