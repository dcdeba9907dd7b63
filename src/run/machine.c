#include "run/machine.h"

#include <string.h>

#include "base/limits.h"
#include "sys/child.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/shared.h"
#include "run/console.h"
#include "run/device.h"
#include "run/port.h"

enum {
	HEARTBEAT_PORT = 9000,
	HEARTBEAT_BYTE = 0xB7,
	CONNECT_S = 30, /* time for an application to start to listen */
	ASKS = 8,       /* questions at a time */
};
#define SECOND ((uint64_t)1000 * 1000 * 1000)

/* Rows of the wait table; connections come after them. */
enum {
	W_SIGNALS,
	W_CONSOLE,
	W_LISTEN,
	W_EMULATOR,
	W_KICK_RX,
	W_KICK_TX,
	W_HEARTBEAT,
	W_FORWARD,
	W_ASK = W_FORWARD + MACHINE_PORTS,
	W_CONNS = W_ASK + ASKS,
	W_ROWS = W_CONNS + VSOCK_CONNS,
};

struct run {
	const struct machine *m;
	struct machine_end *end;
	struct arena arena; /* of connections */
	struct arena *text; /* of messages */
	struct device dev;
	struct child child;
	struct console console;
	uint64_t shown; /* bytes of the console that were copied */
	bool cut;       /* the limit was reached */
	int signals, listen, heartbeat;
	int forward[MACHINE_PORTS];
	struct port_news news[MACHINE_PORTS];
	bool tried; /* try_ports has connected to the ports */
	struct ask ask[ASKS];
	uint64_t start;
	struct wait wait[W_ROWS];
	size_t conns;
};

static void
run_finishp(struct run **p)
{
	struct run *r = *p;
	if (!r)
		return;
	child_finish(&r->child);
	vsock_finish(&r->dev.vsock);
	vhost_user_finish(&r->dev.host);
	fd_closep(&r->signals);
	fd_closep(&r->listen);
	fd_closep(&r->heartbeat);
	for (size_t i = 0; i < r->m->forwards; i++)
		fd_closep(&r->forward[i]);
	for (size_t i = 0; i < ASKS; i++)
		ask_close(&r->ask[i]);
	arena_finish(&r->arena);
}

static void
say(const struct run *r, const char *text)
{
	if (r->m->say && text)
		r->m->say(r->m->self, text);
}

/* Accepts a question of the guest if fewer than ASKS are open. */
static int
guest_asks(struct run *r)
{
	struct err e = { 0 };
	int pair[2];
	size_t i = 0;
	while (i < ASKS && r->ask[i].fd >= 0)
		i++;
	if (i == ASKS || !sock_pair(pair, &e))
		return -1;
	ask_begin(&r->ask[i], pair[1]);
	return pair[0];
}

/* Accepts a connection of the guest to a port of ours. */
static int
guest_connects(void *self, struct vsock_addr to)
{
	struct run *r = self;
	struct err e = { 0 };
	int pair[2], fd;
	if (to.port == HEARTBEAT_PORT && !r->end->up) {
		if (!sock_pair(pair, &e))
			return -1;
		fd_closep(&r->heartbeat);
		r->heartbeat = pair[1];
		return pair[0];
	}
	if (r->m->ask.answer && to.port == r->m->ask.port)
		return guest_asks(r);
	for (size_t i = 0; i < r->m->reaches; i++)
		if (r->m->reach[i].vsock == to.port)
			return sock_connect_loopback(r->m->reach[i].tcp, &fd,
						     &e)
				       ? fd
				       : -1;
	return -1;
}

/* Handles that the guest accepted or refused a connection to its port. */
static void
guest_answered(void *self, uint32_t port, bool taken)
{
	struct run *r = self;
	uint64_t now = sys_monotonic_ns();
	bool tell = false;
	for (size_t i = 0; i < r->m->forwards; i++)
		if (r->m->forward[i].vsock == port &&
		    port_answered(&r->news[i], taken, r->end->up, now))
			tell = true;
	if (tell)
		say(r, arena_fmt(r->text,
				 "nothing listens on vsock port %u of the "
				 "enclave yet: " MACHINE_SHUT,
				 port, port));
}

/* Shows the message with the time since the start. */
static void
say_after(const struct run *r, const char *what)
{
	uint64_t ms = (sys_monotonic_ns() - r->start) / 1000000;
	say(r, arena_fmt(r->text, "%s after %llu.%llu s", what,
			 (unsigned long long)(ms / 1000),
			 (unsigned long long)(ms / 100 % 10)));
}

/* Answers the heartbeat: one byte, which is sent back. */
static void
heartbeat(struct run *r)
{
	uint8_t byte = 0;
	size_t n;
	enum io io = sock_read(r->heartbeat, &byte, 1, &n);
	if (io == IO_AGAIN)
		return;
	if (io == IO_DONE && byte == HEARTBEAT_BYTE &&
	    sock_write(r->heartbeat, &byte, 1, &n) == IO_DONE) {
		r->end->up = true;
		say_after(r, "the enclave is up");
	}
	fd_closep(&r->heartbeat);
}

static bool
listen_all(struct run *r, struct err *e)
{
	for (size_t i = 0; i < r->m->forwards; i++) {
		const struct machine_port *p = &r->m->forward[i];
		uint16_t port;
		if (!sock_listen_loopback(p->tcp, &r->forward[i], &port, e))
			return false;
		say(r, arena_fmt(r->text,
				 "127.0.0.1:%u is forwarded to vsock port %u",
				 (unsigned)port, (unsigned)p->vsock));
	}
	return sock_listen_unix(r->m->socket, &r->listen, e);
}

static void
fill_waits(struct run *r, int *ms)
{
	struct wait *w = r->wait;
	const struct vring *q = r->dev.host.ring;
	w[W_SIGNALS] = (struct wait){ .fd = r->signals, .in = true };
	w[W_CONSOLE] = (struct wait){ .fd = r->child.out, .in = true };
	w[W_LISTEN] = (struct wait){ .fd = r->listen, .in = true };
	w[W_EMULATOR] = (struct wait){ .fd = r->dev.host.fd, .in = true };
	w[W_KICK_RX] = (struct wait){ .fd = q[VHOST_RX].kick, .in = true };
	w[W_KICK_TX] = (struct wait){ .fd = q[VHOST_TX].kick, .in = true };
	w[W_HEARTBEAT] = (struct wait){ .fd = r->heartbeat, .in = true };
	for (size_t i = 0; i < MACHINE_PORTS; i++) {
		bool on = r->end->up && i < r->m->forwards;
		w[W_FORWARD + i] = (struct wait){ .fd = on ? r->forward[i] : -1,
						  .in = true };
	}
	for (size_t i = 0; i < ASKS; i++)
		w[W_ASK + i] = (struct wait){ .fd = r->ask[i].fd, .in = true };
	r->conns = vsock_waits(&r->dev.vsock, w + W_CONNS, VSOCK_CONNS, ms,
			       sys_monotonic_ns());
}

/* Output beyond the limit is read and discarded, so that the guest never blocks
 * on its console. */
static bool
show_console(struct run *r, struct span s, struct err *e)
{
	uint64_t max = r->m->console_max ? r->m->console_max : UINT64_MAX;
	if (!r->m->console || r->cut)
		return true;
	r->cut = s.n > max - r->shown;
	if (r->cut)
		s.n = (size_t)(max - r->shown);
	r->shown += s.n;
	if (!fs_write(1, s, e) || (r->cut && !fs_write(1, SPAN("\n"), e)))
		return false;
	if (r->cut)
		say(r, arena_fmt(r->text,
				 "the console was cut here, after %llu bytes",
				 (unsigned long long)max));
	return true;
}

/* Reads what is on the console now. */
static bool
read_console(struct run *r, struct err *e)
{
	uint8_t piece[4096];
	size_t n;
	enum io io;
	while ((io = sock_read(r->child.out, piece, sizeof piece, &n)) ==
	       IO_DONE) {
		console_feed(&r->console, span_of(piece, n));
		if (!show_console(r, span_of(piece, n), e))
			return false;
	}
	if (io != IO_AGAIN)
		fd_closep(&r->child.out);
	return true;
}

static void
forward_new(struct run *r)
{
	uint64_t until = sys_monotonic_ns() + CONNECT_S * SECOND;
	for (size_t i = 0; i < r->m->forwards; i++) {
		struct err full = { 0 };
		int fd = r->wait[W_FORWARD + i].can_read
				 ? sock_accept(r->forward[i])
				 : -1;
		if (fd >= 0 &&
		    !vsock_connect(&r->dev.vsock, r->m->forward[i].vsock, fd,
				   until, &full))
			say(r, full.msg); /* the client is refused */
	}
}

static void
answer(struct run *r)
{
	for (size_t i = 0; i < ASKS; i++) {
		struct err no = { 0 };
		if (r->ask[i].fd >= 0 && r->wait[W_ASK + i].can_read &&
		    !ask_turn(&r->ask[i], &r->m->ask, &no))
			say(r, no.msg);
	}
}

/* Connects to each port, and retries until the machine ends. The other side is
 * closed already, so that a connection ends once the guest accepts it. */
static bool
try_ports(struct run *r, struct err *e)
{
	if (!r->m->until_ready || !r->end->up || r->tried)
		return true;
	r->tried = true;
	for (size_t i = 0; i < r->m->forwards; i++) {
		int pair[2];
		if (!sock_pair(pair, e))
			return false;
		fd_close(pair[1]);
		if (!vsock_connect(&r->dev.vsock, r->m->forward[i].vsock,
				   pair[0], UINT64_MAX, e))
			return false;
	}
	return true;
}

/* Returns whether it is up and every port answers; else `silent` is a port that
 * does not. */
static bool
is_ready(struct run *r)
{
	r->end->silent = 0;
	for (size_t i = 0; i < r->m->forwards; i++)
		if (!r->news[i].taken) {
			r->end->silent = r->m->forward[i].vsock;
			r->end->refused = r->news[i].refused;
			return false;
		}
	return r->end->up;
}

/* Serves the emulator's connection and its queues. */
static bool
serve_emulator(struct run *r, struct err *e)
{
	struct vhost_user *host = &r->dev.host;
	struct err gone = { 0 };
	if (r->wait[W_LISTEN].can_read && host->fd < 0) {
		host->fd = sock_accept_blocking(r->listen);
		fd_closep(&r->listen);
	}
	if (r->wait[W_KICK_RX].can_read)
		event_clear(host->ring[VHOST_RX].kick);
	if (r->wait[W_KICK_TX].can_read)
		event_clear(host->ring[VHOST_TX].kick);
	if (r->wait[W_EMULATOR].can_read && !vhost_user_serve(host, &gone)) {
		fd_closep(&host->fd);
		if (gone.code != ERR_SYS) {
			*e = gone;
			return false;
		}
	}
	return true;
}

static bool
turn(struct run *r, struct err *e)
{
	if (r->wait[W_CONSOLE].can_read && !read_console(r, e))
		return false;
	vsock_waited(&r->dev.vsock, r->wait + W_CONNS, r->conns);
	if (r->wait[W_HEARTBEAT].can_read)
		heartbeat(r);
	answer(r);
	if (!serve_emulator(r, e) || !try_ports(r, e))
		return false;
	forward_new(r);
	device_pump(&r->dev, sys_monotonic_ns());
	return true;
}

/* Returns milliseconds until the time-out, at most a second; -1: none, 0:
 * now. */
static int
time_left(const struct run *r)
{
	uint64_t gone = sys_monotonic_ns() - r->start;
	if (r->m->timeout_s == 0)
		return -1;
	if (gone >= r->m->timeout_s * SECOND)
		return 0;
	uint64_t ms = (r->m->timeout_s * SECOND - gone) / 1000000 + 1;
	return ms > 1000 ? 1000 : (int)ms;
}

/* Serves until the emulator ends, a signal arrives, the time-out is reached, or
 * the enclave is ready. */
static bool
loop(struct run *r, struct err *e)
{
	while (!child_ended(&r->child)) {
		r->end->ready = is_ready(r);
		if (r->end->ready && r->m->until_ready) {
			say_after(r, "ready");
			return true;
		}
		int ms = time_left(r), sig;
		if (ms == 0) {
			r->end->timed_out = true;
			return true;
		}
		fill_waits(r, &ms);
		if (!wait_for(r->wait, W_CONNS + r->conns, ms, e))
			return false;
		sig = signals_take(r->signals);
		if (sig) {
			r->end->signal = sig;
			return true;
		}
		if (!turn(r, e))
			return false;
	}
	return true;
}

static void
run_init(struct run *r, const struct machine *m, struct machine_end *end)
{
	*end = (struct machine_end){ 0 };
	r->m = m;
	r->end = end;
	r->child = CHILD_NONE;
	r->signals = r->listen = r->heartbeat = -1;
	for (size_t i = 0; i < MACHINE_PORTS; i++)
		r->forward[i] = -1;
	for (size_t i = 0; i < ASKS; i++)
		r->ask[i].fd = -1;
	vhost_user_init(&r->dev.host, m->cid);
	arena_init(&r->arena, (size_t)VSOCK_CONNS * (VSOCK_WINDOW + 4 * KIB));
	r->dev.vsock.guest_cid = m->cid;
	r->dev.vsock.accept = guest_connects;
	r->dev.vsock.answered = guest_answered;
	r->dev.vsock.self = r;
	r->dev.vsock.arena = &r->arena;
	r->start = sys_monotonic_ns();
}

bool
machine_run(const struct machine *m, struct arena *a, struct machine_end *end,
	    struct err *e)
{
	DEFER(run_finishp) struct run *r = NEW(a, struct run, 1);
	if (!r)
		return err_full(e, "the virtual machine");
	run_init(r, m, end);
	r->text = a;
	if (!signals_open(&r->signals, e) || !listen_all(r, e) ||
	    !child_start(m->argv, &r->child, e) || !loop(r, e) ||
	    !read_console(r, e))
		return false;
	end->reported = r->console.ended;
	end->status = r->console.status;
	end->emulator = r->child.status;
	memcpy(end->last, r->console.last, sizeof end->last);
	return true;
}
