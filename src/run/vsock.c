#include "run/vsock.h"

#include <string.h>

#include "base/reader.h"
#include "sys/fs.h"

enum { TYPE_STREAM = 1 };
enum op {
	OP_REQUEST = 1,
	OP_RESPONSE,
	OP_RST,
	OP_SHUTDOWN,
	OP_RW,
	OP_CREDIT_UPDATE,
	OP_CREDIT_REQUEST,
	OPS
};
enum { SHUT_RECEIVE = 1, SHUT_SEND = 2, SHUT_BOTH = 3 };

#define RETRY_NS ((uint64_t)200 * 1000 * 1000)
enum { RETRY_MS = 200 };

enum state {
	FREE,
	CONNECTING, /* we asked the guest */
	OPEN,
	ENDING, /* only a reset is still to be sent */
};

struct vsock_conn {
	enum state state;
	int fd;
	uint64_t host_cid; /* our CID that the guest uses */
	uint32_t host_port, guest_port;
	/* bytes from the guest that are not written to fd yet */
	uint8_t *waiting;
	size_t from, to;
	uint32_t fwd_cnt, fwd_told;
	/* credit of the guest: what we may send */
	uint32_t peer_alloc, peer_fwd, sent;
	bool readable;    /* fd has bytes, or is at its end */
	bool fd_ended;    /* nothing more to read from fd */
	bool guest_ended; /* nothing more comes from the guest */
	bool fd_shut;     /* and fd was shut down for writing */
	/* packets to send, in this order */
	bool say_request, say_response, say_credit, say_shutdown;
	uint64_t retry_at, until; /* for CONNECTING */
};

static uint64_t
le64(struct reader *r)
{
	uint64_t low = rd_le32(r);
	return low | (uint64_t)rd_le32(r) << 32;
}

bool
vsock_header(struct span s, struct vsock_packet *p)
{
	struct reader r = rd_from(s);
	p->src.cid = le64(&r);
	p->dst.cid = le64(&r);
	p->src.port = rd_le32(&r);
	p->dst.port = rd_le32(&r);
	p->len = rd_le32(&r);
	p->type = rd_le16(&r);
	p->op = rd_le16(&r);
	p->flags = rd_le32(&r);
	p->buf_alloc = rd_le32(&r);
	p->fwd_cnt = rd_le32(&r);
	return !r.why;
}

static uint8_t *
put_le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*p++ = (uint8_t)(v >> (8 * i));
	return p;
}

void
vsock_put_header(uint8_t out[VSOCK_HEADER], const struct vsock_packet *p)
{
	uint8_t *at = put_le(out, p->src.cid, 8);
	at = put_le(at, p->dst.cid, 8);
	at = put_le(at, p->src.port, 4);
	at = put_le(at, p->dst.port, 4);
	at = put_le(at, p->len, 4);
	at = put_le(at, p->type, 2);
	at = put_le(at, p->op, 2);
	at = put_le(at, p->flags, 4);
	at = put_le(at, p->buf_alloc, 4);
	at = put_le(at, p->fwd_cnt, 4);
	ASSERT(at == out + VSOCK_HEADER);
}

/* Connections. */

static void
conn_free(struct vsock_conn *c)
{
	uint8_t *keep = c->waiting;
	fd_close(c->fd);
	*c = (struct vsock_conn){ .fd = -1, .waiting = keep };
}

void
vsock_finish(struct vsock *v)
{
	for (size_t i = 0; i < VSOCK_CONNS; i++)
		if (v->conn[i] && v->conn[i]->state != FREE)
			conn_free(v->conn[i]);
	v->resets = 0;
}

/* Returns a connection that is not in use, with its buffer; NULL if there is
 * none. */
static struct vsock_conn *
conn_new(struct vsock *v)
{
	for (size_t i = 0; i < VSOCK_CONNS; i++) {
		struct vsock_conn *c = v->conn[i];
		if (c && c->state != FREE)
			continue;
		if (!c) {
			c = NEW(v->arena, struct vsock_conn, 1);
			if (!c)
				return NULL;
			c->fd = -1;
			c->waiting = NEW(v->arena, uint8_t, VSOCK_WINDOW);
			if (!c->waiting)
				return NULL;
			v->conn[i] = c;
		}
		return c;
	}
	return NULL;
}

static struct vsock_conn *
conn_find(struct vsock *v, uint32_t host_port, uint32_t guest_port)
{
	for (size_t i = 0; i < VSOCK_CONNS; i++) {
		struct vsock_conn *c = v->conn[i];
		if (c && c->state != FREE && c->host_port == host_port &&
		    c->guest_port == guest_port)
			return c;
	}
	return NULL;
}

/* Ends reading and writing; the guest will get a reset. */
static void
conn_end(struct vsock_conn *c)
{
	fd_closep(&c->fd);
	c->state = ENDING;
}

/* Ends the connection if both directions have ended and all bytes are
 * delivered. */
static void
end_if_done(struct vsock_conn *c)
{
	if (c->state == OPEN && c->guest_ended && c->fd_ended &&
	    c->from == c->to && !c->say_shutdown)
		conn_end(c);
}

/* Writes waiting bytes to fd. */
static void
deliver(struct vsock_conn *c)
{
	enum io io = IO_DONE;
	while (c->from < c->to && io == IO_DONE) {
		size_t done;
		io = sock_write(c->fd, c->waiting + c->from, c->to - c->from,
				&done);
		c->from += done;
		c->fwd_cnt += (uint32_t)done;
	}
	if (io == IO_FAIL || io == IO_END) {
		conn_end(c);
		return;
	}
	if (c->from == c->to) {
		c->from = c->to = 0;
		if (c->guest_ended && !c->fd_shut) {
			sock_shut_write(c->fd);
			c->fd_shut = true;
		}
	}
	if (c->fwd_cnt - c->fwd_told >= VSOCK_WINDOW / 4)
		c->say_credit = true;
	end_if_done(c);
}

bool
vsock_connect(struct vsock *v, uint32_t port, int fd, uint64_t until_ns,
	      struct err *e)
{
	struct vsock_conn *c = conn_new(v);
	if (!c) {
		fd_close(fd);
		return err_set(e, ERR_LIMIT, "too many connections");
	}
	do
		v->next_port =
			v->next_port < 1024 ? 1u << 30 : v->next_port + 1;
	while (conn_find(v, v->next_port, port));
	c->state = CONNECTING;
	c->fd = fd;
	c->host_cid = VSOCK_CID_PARENT;
	c->host_port = v->next_port;
	c->guest_port = port;
	c->say_request = true;
	c->until = until_ns;
	return true;
}

/* Handles a packet from the guest on its own connection, which is not FREE. */
typedef void receiver(struct vsock_conn *c, const struct vsock_packet *p,
		      struct span data, uint64_t now);

static void
on_response(struct vsock_conn *c, const struct vsock_packet *p,
	    struct span data, uint64_t now)
{
	(void)p, (void)data, (void)now;
	if (c->state == CONNECTING && !c->say_request)
		c->state = OPEN;
}

static void
on_reset(struct vsock_conn *c, const struct vsock_packet *p, struct span data,
	 uint64_t now)
{
	(void)p, (void)data;
	if (c->state == CONNECTING && now < c->until) {
		c->retry_at = now + RETRY_NS;
		return;
	}
	if (c->state == OPEN)
		deliver(c);
	conn_free(c);
}

static void
on_shutdown(struct vsock_conn *c, const struct vsock_packet *p,
	    struct span data, uint64_t now)
{
	(void)data, (void)now;
	if (c->state != OPEN)
		return;
	if (p->flags & SHUT_SEND)
		c->guest_ended = true;
	if (p->flags & SHUT_RECEIVE) {
		c->fd_ended = true; /* the guest reads no more */
		c->say_shutdown = false;
	}
	deliver(c);
}

static void
on_data(struct vsock_conn *c, const struct vsock_packet *p, struct span data,
	uint64_t now)
{
	(void)p, (void)now;
	if (c->state != OPEN)
		return;
	if (c->guest_ended || data.n > VSOCK_WINDOW - (c->to - c->from)) {
		conn_end(c); /* it sends more than its credit */
		return;
	}
	if (data.n > VSOCK_WINDOW - c->to) {
		memmove(c->waiting, c->waiting + c->from, c->to - c->from);
		c->to -= c->from;
		c->from = 0;
	}
	if (data.n)
		memcpy(c->waiting + c->to, data.p, data.n);
	c->to += data.n;
	deliver(c);
}

static void
on_credit(struct vsock_conn *c, const struct vsock_packet *p, struct span data,
	  uint64_t now)
{
	(void)data, (void)now;
	if (p->op == OP_CREDIT_REQUEST)
		c->say_credit = true;
}

static receiver *const receivers[OPS] = {
	[OP_RESPONSE] = on_response,    [OP_RST] = on_reset,
	[OP_SHUTDOWN] = on_shutdown,    [OP_RW] = on_data,
	[OP_CREDIT_UPDATE] = on_credit, [OP_CREDIT_REQUEST] = on_credit,
};

/* Answers a packet that belongs to no connection with a reset. */
static void
refuse(struct vsock *v, const struct vsock_packet *p)
{
	if (p->op == OP_RST || v->resets == VSOCK_RESETS)
		return;
	v->reset[v->resets++] = (struct vsock_packet){
		.src = p->dst, .dst = p->src, .type = p->type, .op = OP_RST
	};
}

static void
on_request(struct vsock *v, const struct vsock_packet *p)
{
	struct vsock_conn *c = conn_new(v);
	int fd = c ? v->accept(v->self, p->dst) : -1;
	if (fd < 0) {
		refuse(v, p);
		return;
	}
	c->state = OPEN;
	c->fd = fd;
	c->host_cid = p->dst.cid;
	c->host_port = p->dst.port;
	c->guest_port = p->src.port;
	c->peer_alloc = p->buf_alloc;
	c->peer_fwd = p->fwd_cnt;
	c->say_response = true;
}

void
vsock_receive(struct vsock *v, struct span packet, uint64_t now_ns)
{
	struct vsock_packet p;
	if (!vsock_header(packet, &p) || p.src.cid != v->guest_cid)
		return;
	struct span data = span_from(packet, VSOCK_HEADER);
	bool ours =
		p.dst.cid == VSOCK_CID_HOST || p.dst.cid == VSOCK_CID_PARENT;
	bool sound = p.type == TYPE_STREAM && ours && p.len <= data.n &&
		     p.op != 0 && p.op < OPS;
	struct vsock_conn *c = conn_find(v, p.dst.port, p.src.port);
	if (sound && p.op == OP_REQUEST) {
		if (c)
			conn_free(c); /* the guest has forgotten it */
		on_request(v, &p);
	} else if (sound && c && c->host_cid == p.dst.cid &&
		   c->state != ENDING) {
		c->peer_alloc = p.buf_alloc;
		c->peer_fwd = p.fwd_cnt;
		bool asked = c->state == CONNECTING && !c->say_request;
		receivers[p.op](c, &p, span_sub(data, 0, p.len), now_ns);
		if (asked && v->answered &&
		    (p.op == OP_RESPONSE || p.op == OP_RST))
			v->answered(v->self, p.src.port, p.op == OP_RESPONSE);
	} else {
		refuse(v, &p);
	}
}

/* Packets to the guest. */

static size_t
say(struct vsock *v, struct vsock_conn *c, uint8_t *out, enum op op,
    uint32_t flags)
{
	struct vsock_packet p = {
		.src = { c->host_cid, c->host_port },
		.dst = { v->guest_cid, c->guest_port },
		.type = TYPE_STREAM,
		.op = (uint16_t)op,
		.flags = flags,
		.buf_alloc = VSOCK_WINDOW,
		.fwd_cnt = c->fwd_cnt,
	};
	c->fwd_told = c->fwd_cnt;
	vsock_put_header(out, &p);
	return VSOCK_HEADER;
}

/* Returns how many bytes the guest has room for. */
static size_t
credit(const struct vsock_conn *c)
{
	uint32_t under_way = c->sent - c->peer_fwd;
	return under_way < c->peer_alloc ? c->peer_alloc - under_way : 0;
}

static size_t
send_data(struct vsock *v, struct vsock_conn *c, uint8_t *out, size_t room)
{
	size_t n = credit(c), got;
	if (!c->readable || c->fd_ended || n == 0 || room <= VSOCK_HEADER)
		return 0;
	if (n > room - VSOCK_HEADER)
		n = room - VSOCK_HEADER;
	if (n > VSOCK_PAYLOAD_MAX)
		n = VSOCK_PAYLOAD_MAX;
	enum io io = sock_read(c->fd, out + VSOCK_HEADER, n, &got);
	c->readable = io == IO_DONE;
	if (io == IO_FAIL) {
		conn_end(c);
		return 0;
	}
	if (io == IO_END) {
		c->fd_ended = true;
		c->say_shutdown = true;
	}
	if (io != IO_DONE)
		return 0;
	size_t head = say(v, c, out, OP_RW, 0);
	put_le(out + 24, got, 4);
	c->sent += (uint32_t)got;
	return head + got;
}

static size_t
send_one(struct vsock *v, struct vsock_conn *c, uint8_t *out, size_t room,
	 uint64_t now)
{
	if (c->state == CONNECTING && c->retry_at && now >= c->retry_at) {
		c->retry_at = 0;
		c->say_request = true;
	}
	if (c->say_request) {
		c->say_request = false;
		return say(v, c, out, OP_REQUEST, 0);
	}
	if (c->say_response) {
		c->say_response = false;
		return say(v, c, out, OP_RESPONSE, 0);
	}
	size_t n = c->state == OPEN ? send_data(v, c, out, room) : 0;
	if (n)
		return n;
	if (c->state == OPEN && c->say_shutdown) {
		c->say_shutdown = false;
		n = say(v, c, out, OP_SHUTDOWN, SHUT_SEND);
		end_if_done(c);
		return n;
	}
	if (c->state == OPEN && c->say_credit) {
		c->say_credit = false;
		return say(v, c, out, OP_CREDIT_UPDATE, 0);
	}
	if (c->state == ENDING) {
		n = say(v, c, out, OP_RST, 0);
		conn_free(c);
	}
	return n;
}

size_t
vsock_send(struct vsock *v, uint8_t *out, size_t room, uint64_t now_ns)
{
	ASSERT(room >= VSOCK_HEADER);
	if (v->resets) {
		vsock_put_header(out, &v->reset[0]);
		v->resets--;
		memmove(v->reset, v->reset + 1, v->resets * sizeof v->reset[0]);
		return VSOCK_HEADER;
	}
	for (size_t i = 0; i < VSOCK_CONNS; i++) {
		struct vsock_conn *c = v->conn[v->next++ % VSOCK_CONNS];
		size_t n = c && c->state != FREE
				   ? send_one(v, c, out, room, now_ns)
				   : 0;
		if (n)
			return n;
	}
	return 0;
}

size_t
vsock_waits(struct vsock *v, struct wait *w, size_t max, int *ms,
	    uint64_t now_ns)
{
	size_t n = 0;
	for (size_t i = 0; i < VSOCK_CONNS && n < max; i++) {
		struct vsock_conn *c = v->conn[i];
		if (!c || c->state == FREE)
			continue;
		if (c->retry_at > now_ns && (*ms < 0 || *ms > RETRY_MS))
			*ms = RETRY_MS;
		if (c->state != OPEN)
			continue;
		w[n++] = (struct wait){ .fd = c->fd,
					.in = !c->readable && !c->fd_ended,
					.out = c->from < c->to };
	}
	return n;
}

void
vsock_waited(struct vsock *v, const struct wait *w, size_t n)
{
	for (size_t i = 0, k = 0; i < VSOCK_CONNS && k < n; i++) {
		struct vsock_conn *c = v->conn[i];
		if (!c || c->state != OPEN || c->fd != w[k].fd)
			continue;
		if (w[k].can_read)
			c->readable = true;
		if (w[k].can_write)
			deliver(c);
		k++;
	}
}
