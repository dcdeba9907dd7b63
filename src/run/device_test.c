/* The queues, with a driver that lives in an array. */
#include "run/device.h"

#include "base/test.h"
#include "sys/fs.h"
#include "run/console.h"

#include <string.h>

enum {
	SIZE = 8, /* entries of each queue */
	DESC = 0,
	AVAIL = 0x100,
	USED = 0x200,
	QUEUE = 0x1000, /* where the second queue's rings begin */
	DATA = 0x4000,
	MEMORY = 0x8000,
	GUEST = 0x100000, /* the guest's and the emulator's addresses */
	USER = 0x70000000,
	NEXT = 1,
	WRITE = 2,
	CID = 16,
};

struct driver {
	struct device dev;
	_Alignas(16) uint8_t mem[MEMORY];
	uint16_t avail[2], used[2];
	int event;
};

static void
put(struct driver *d, size_t at, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		d->mem[at + i] = (uint8_t)(v >> (8 * i));
}

static uint64_t
get(const struct driver *d, size_t at, size_t n)
{
	uint64_t v = 0;
	for (size_t i = n; i-- > 0;)
		v = v << 8 | d->mem[at + i];
	return v;
}

static int
no_accept(void *self, struct vsock_addr to)
{
	(void)self, (void)to;
	return -1;
}

static struct driver *
driver_new(struct test *t)
{
	struct driver *d = NEW(&t->arena, struct driver, 1);
	struct err e = { 0 };
	int pair[2];
	vhost_user_init(&d->dev.host, CID);
	d->dev.vsock = (struct vsock){ .guest_cid = CID,
				       .accept = no_accept,
				       .arena = &t->arena };
	d->dev.host.mem.n = 1;
	d->dev.host.mem.region[0] = (struct gmem_region){
		.guest = GUEST, .user = USER, .size = MEMORY, .p = d->mem
	};
	CHECK_OK(t, sock_pair(pair, &e), &e);
	for (size_t i = 0; i < 2; i++) {
		struct vring *r = &d->dev.host.ring[i];
		uint64_t at = USER + i * QUEUE;
		r->size = SIZE;
		r->enabled = true;
		r->kick = pair[i];
		CHECK_OK(t,
			 vring_place(r, &d->dev.host.mem, at + DESC, at + AVAIL,
				     at + USED, &e),
			 &e);
	}
	return d;
}

struct entry {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

static void
describe(struct driver *d, size_t queue, size_t i, struct entry e)
{
	size_t at = queue * QUEUE + DESC + i * 16;
	put(d, at, e.addr, 8);
	put(d, at + 8, e.len, 4);
	put(d, at + 12, e.flags, 2);
	put(d, at + 14, e.next, 2);
}
#define DESCRIBE(d, q, i, ...) describe(d, q, i, (struct entry){ __VA_ARGS__ })

static void
offer(struct driver *d, size_t queue, uint16_t head)
{
	size_t at = queue * QUEUE + AVAIL;
	put(d, at + 4 + 2 * (d->avail[queue] % SIZE), head, 2);
	put(d, at + 2, ++d->avail[queue], 2);
}

static uint64_t
used_index(const struct driver *d, size_t queue)
{
	return get(d, queue * QUEUE + USED + 2, 2);
}

/* Offers a packet, split over two descriptors, that is answered with a
 * reset. */
static void
offer_packet(struct driver *d)
{
	struct vsock_packet p = { .src = { CID, 1 },
				  .dst = { VSOCK_CID_PARENT, 2 },
				  .type = 1,
				  .op = 1 };
	vsock_put_header(d->mem + DATA, &p);
	DESCRIBE(d, VHOST_TX, 0, GUEST + DATA, 20, NEXT, 1);
	DESCRIBE(d, VHOST_TX, 1, GUEST + DATA + 20, 24, 0, 0);
	offer(d, VHOST_TX, 0);
}

TEST(packets_go_both_ways)
{
	struct driver *d = driver_new(t);
	struct vsock_packet p;
	offer_packet(d);
	DESCRIBE(d, VHOST_RX, 3, GUEST + DATA + 0x800, 10, WRITE | NEXT, 4);
	DESCRIBE(d, VHOST_RX, 4, GUEST + DATA + 0x80a, 100, WRITE, 0);
	offer(d, VHOST_RX, 3);
	device_pump(&d->dev, 0);
	CHECK_U(t, used_index(d, VHOST_TX), 1);
	CHECK_U(t, used_index(d, VHOST_RX), 1);
	CHECK_U(t, get(d, VHOST_RX * QUEUE + USED + 4, 4), 3);
	CHECK_U(t, get(d, VHOST_RX * QUEUE + USED + 8, 4), VSOCK_HEADER);
	CHECK(t,
	      vsock_header(span_of(d->mem + DATA + 0x800, VSOCK_HEADER), &p));
	CHECK_U(t, p.op, 3);
	CHECK_U(t, p.dst.port, 1);
	vhost_user_finish(&d->dev.host);
}

TEST(rings_wrap)
{
	struct driver *d = driver_new(t);
	DESCRIBE(d, VHOST_RX, 0, GUEST + DATA + 0x800, 100, WRITE, 0);
	for (size_t i = 0; i < 3 * SIZE + 1; i++) {
		offer_packet(d);
		offer(d, VHOST_RX, 0);
		device_pump(&d->dev, 0);
		CHECK_U(t, used_index(d, VHOST_TX), i + 1);
		CHECK_U(t, used_index(d, VHOST_RX), i + 1);
	}
	vhost_user_finish(&d->dev.host);
}

TEST(hostile_rings_stop_the_queue)
{
	static const struct row {
		uint64_t addr;
		uint32_t len;
		uint16_t flags, next, head;
	} rows[] = {
		{ GUEST + MEMORY - 4, 5, 0, 0, 0 }, /* past the end */
		{ GUEST - 1, 2, 0, 0, 0 },          /* before the start */
		{ UINT64_MAX, 2, 0, 0, 0 },         /* wraps */
		{ GUEST, UINT32_MAX, 0, 0, 0 },     /* too long */
		{ GUEST, 4, NEXT, 0, 0 },           /* a loop */
		{ GUEST, 4, NEXT, SIZE, 0 },        /* no such entry */
		{ GUEST, 4, WRITE, 0, 0 },          /* for reading only */
		{ GUEST, 4, 4, 0, 0 },              /* indirect */
		{ GUEST, 4, 0, 0, SIZE },           /* no such head */
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct driver *d = driver_new(t);
		DESCRIBE(d, VHOST_TX, 0, rows[i].addr, rows[i].len,
			 rows[i].flags, rows[i].next);
		offer(d, VHOST_TX, rows[i].head);
		device_pump(&d->dev, 0);
		CHECK(t, d->dev.host.ring[VHOST_TX].broken);
		CHECK_U(t, used_index(d, VHOST_TX), 0);
		vhost_user_finish(&d->dev.host);
	}
}

TEST(too_small_a_buffer_stops_the_queue)
{
	struct driver *d = driver_new(t);
	DESCRIBE(d, VHOST_RX, 0, GUEST + DATA, VSOCK_HEADER - 1, WRITE, 0);
	offer(d, VHOST_RX, 0);
	device_pump(&d->dev, 0);
	CHECK(t, d->dev.host.ring[VHOST_RX].broken);
	vhost_user_finish(&d->dev.host);
}

TEST(rings_must_lie_in_memory)
{
	struct driver *d = driver_new(t);
	struct vring r = { .size = SIZE };
	const struct gmem *m = &d->dev.host.mem;
	static const uint64_t rows[][3] = {
		{ USER + MEMORY - SIZE * 16 + 16, USER, USER },
		{ USER, USER + MEMORY - 16, USER },
		{ USER, USER, USER + MEMORY - 16 },
		{ USER - 16, USER, USER },
		{ USER + 8, USER, USER },
		{ USER, USER + 1, USER },
		{ USER, USER, USER + 2 },
		{ UINT64_MAX - 15, USER, USER },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		CHECK(t, !vring_place(&r, m, rows[i][0], rows[i][1], rows[i][2],
				      &e));
		CHECK(t, !vring_ready(&r));
	}
	vhost_user_finish(&d->dev.host);
}

/* vhost-user messages. */

static bool
message(struct test *t, struct vhost_user *v, struct vhost_message *m,
	uint32_t request, const char *payload)
{
	struct err e = { 0 };
	*m = (struct vhost_message){ .request = request,
				     .payload = test_hex(t, payload) };
	bool ok = vhost_user_message(v, m, &e);
	CHECK(t, ok == !e.msg[0]);
	return ok;
}

TEST(vhost_user_answers)
{
	struct vhost_user v;
	struct vhost_message m;
	vhost_user_init(&v, 0x1234);
	CHECK(t, message(t, &v, &m, 1, ""));
	CHECK_SPAN(t, span_of(m.reply, m.reply_n),
		   test_hex(t, "00000040 01000000"));
	CHECK(t, message(t, &v, &m, 15, ""));
	CHECK_SPAN(t, span_of(m.reply, m.reply_n),
		   test_hex(t, "01020000 00000000"));
	CHECK(t, message(t, &v, &m, 17, ""));
	CHECK_U(t, m.reply[0], 3);
	CHECK(t, message(t, &v, &m, 24,
			 "00000000 08000000 00000000 0000000000000000"));
	CHECK_SPAN(t, span_of(m.reply, m.reply_n),
		   test_hex(t, "00000000 08000000 00000000 3412000000000000"));
	CHECK(t, message(t, &v, &m, 24, "01000000 02000000 00000000 0000"));
	CHECK_SPAN(t, span_from(span_of(m.reply, m.reply_n), 12),
		   test_hex(t, "1200"));
	CHECK(t, message(t, &v, &m, 8, "01000000 80000000"));
	CHECK_U(t, v.ring[1].size, 128);
	CHECK(t, message(t, &v, &m, 10, "01000000 05000000"));
	CHECK(t, message(t, &v, &m, 11, "01000000 00000000"));
	CHECK_SPAN(t, span_of(m.reply, m.reply_n),
		   test_hex(t, "01000000 05000000"));
	vhost_user_finish(&v);
}

TEST(vhost_user_refuses)
{
	static const struct row {
		uint32_t request;
		const char *payload;
	} rows[] = {
		{ 0, "" },
		{ 6, "" },  /* logging was not offered */
		{ 99, "" }, /* no such request */
		{ 0xffffffff, "" },
		{ 5, "" },
		{ 5, "01000000 00000000" }, /* a region, no descriptor */
		{ 8, "03000000 80000000" }, /* no such queue */
		{ 8, "00000000 00000000" },
		{ 8, "00000000 81000000" }, /* not a power of two */
		{ 8, "00000000 00080000" }, /* over the limit */
		{ 8, "00000000" },
		{ 9, "00000000" },
		{ 9, "00000000 00000000 0000000000000000 0000000000000000"
		     "0000000000000000" },
		{ 12, "0000000000000000" }, /* no descriptor */
		{ 12, "0301000000000000" },
		{ 13, "00" },
		{ 24, "00000000 08000000 00000000" },
		{ 24, "00000000 ffffffff 00000000" },
	};
	struct vhost_user v;
	struct vhost_message m;
	vhost_user_init(&v, 16);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!CHECK(t, !message(t, &v, &m, rows[i].request,
				       rows[i].payload)))
			CHECK_U(t, i, COUNT(rows));
	vhost_user_finish(&v);
}

TEST(console_sees_the_report)
{
	struct console c = { 0 };
	console_feed(&c, SPAN("boot\r\nno newlineveraclave-init: applica"));
	CHECK(t, !c.ended);
	console_feed(&c, SPAN("tion exited with status 1"));
	console_feed(&c, SPAN("37 killed by signal 9\r\n"));
	CHECK(t, c.ended);
	CHECK_U(t, c.status, 137);
	console_feed(&c, SPAN("reboot: machine restart\n"));
	CHECK_STR(t, c.last, "reboot: machine restart");
	struct console d = { 0 };
	console_feed(&d, SPAN("veraclave-init: application exited with status "
			      "\nveraclave-init: application exited with "
			      "status 999\n"));
	CHECK(t, !d.ended);
	for (size_t i = 0; i < 3 * CONSOLE_LINE; i++)
		console_feed(&d, SPAN("x"));
	console_feed(&d, SPAN("\n"));
	CHECK_U(t, strlen(d.last), CONSOLE_LINE - 1);
}
