#include "sim/serve.h"

#include "net/frame.h"
#include "net/loop.h"
#include "net/sock.h"
#include "nsm/client.h"
#include "sys/child.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/notify.h"

enum { CLIENTS = 64, ROOM = 1 << 16 };

struct client {
	struct server *server;
	struct watch watch; /* fd -1: free */
	uint8_t in[FRAME_HEAD + NSM_REQUEST_MAX];
	struct frame frame; /* over `in` */
	struct buf out; /* the answer; bytes from `sent` on are not sent yet */
	size_t sent;
	bool last; /* close the connection once that is sent */
};

struct server {
	const struct serve_plan *plan;
	struct notify *notify;
	int signals;
	struct loop loop;
	/* Is not polled while no descriptor is free for another client. */
	struct watch listener;
	struct watch wake[2]; /* the filter, signals: they only end the wait */
	uint64_t born_ns;
	struct client client[CLIENTS];
};

/* Returns the time: the clock starts at the time in the plan. */
static uint64_t
now_ms(const struct server *s)
{
	uint64_t gone = sys_monotonic_ns() - s->born_ns;
	return s->plan->start_ms + gone / 1000000;
}

static bool
answer(void *self, struct span request, struct buf *out, struct err *e)
{
	struct server *s = self;
	return sim_answer(s->plan->sim, request, now_ms(s), out, e);
}

static void
drop(struct client *c)
{
	loop_remove(&c->server->loop, &c->watch);
	fd_closep(&c->watch.fd);
	buf_free(&c->out);
	c->sent = 0;
	c->last = false;
	c->server->listener.in = true;
}

static void
close_all(struct server *s)
{
	for (size_t i = 0; i < CLIENTS; i++)
		drop(&s->client[i]);
	notify_close(&s->notify);
	if (s->listener.fd >= 0)
		fs_unlink(s->plan->socket);
	fd_closep(&s->listener.fd);
	if (s->signals >= 0)
		signals_close(&s->signals);
}

/* Answers a complete request; the length of the answer precedes it. */
static bool
reply(struct server *s, struct client *c, struct span request, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	if (!answer(s, request, &b, e))
		return false;
	buf_clear(&c->out);
	c->sent = 0;
	frame_put(&c->out, buf_view(&b));
	frame_next(&c->frame);
	return buf_ok(&c->out, "an answer", e);
}

/* Answers a request over the limit as the device answers one of one byte too
 * much. */
static bool
reply_large(struct server *s, struct client *c, struct err *e)
{
	static const uint8_t large[NSM_REQUEST_MAX + 1];
	c->last = true;
	return reply(s, c, span_of(large, sizeof large), e);
}

static bool
take(struct server *s, struct client *c, struct err *e)
{
	size_t room, n = 0;
	struct span request;
	uint8_t *at = frame_room(&c->frame, &room);
	enum io io = sock_read(c->watch.fd, at, room, &n);
	if (io == IO_END || io == IO_FAIL) {
		drop(c);
		return true;
	}
	switch (frame_came(&c->frame, n, &request)) {
	case FRAME_WHOLE:
		return reply(s, c, request, e);
	case FRAME_LARGE:
		return reply_large(s, c, e);
	case FRAME_PART:
	case FRAME_END:
		break;
	}
	return true;
}

static void
give(struct client *c)
{
	size_t n = 0;
	enum io io = sock_write(c->watch.fd, c->out.p + c->sent,
				c->out.n - c->sent, &n);
	c->sent += n;
	if (io == IO_FAIL || (c->last && c->sent == c->out.n))
		drop(c);
}

/* Requests and answers alternate, so a client is polled either for reading or
 * for writing. */
static bool
serve_client(void *self, unsigned events, struct err *e)
{
	struct client *c = self;
	if (events & LOOP_OUT)
		give(c);
	else if (!take(c->server, c, e))
		return false;
	c->watch.out = c->sent < c->out.n;
	c->watch.in = !c->watch.out;
	return true;
}

static bool
welcome(void *self, unsigned events, struct err *e)
{
	struct server *s = self;
	int fd = sock_accept(s->listener.fd);
	(void)events;
	s->listener.in = fd >= 0;
	for (size_t i = 0; fd >= 0 && i < CLIENTS; i++)
		if (s->client[i].watch.fd < 0) {
			struct client *c = &s->client[i];
			c->watch = (struct watch){ .fd = fd,
						   .in = true,
						   .ready = serve_client,
						   .self = c };
			c->frame = (struct frame){ .p = c->in,
						   .max = NSM_REQUEST_MAX };
			c->out = buf_max(ROOM);
			return loop_add(&s->loop, &c->watch, e);
		}
	fd_close(fd);
	return true;
}

static bool
turn(struct server *s, struct err *e)
{
	struct notify *n = s->notify;
	s->wake[0].fd = n ? notify_fd(n) : -1;
	s->wake[1].fd = n ? notify_signal_fd(n) : s->signals;
	return loop_turn(&s->loop, n ? notify_due(n) : -1, e) &&
	       (!n || notify_serve(n, e));
}

static bool
watch_all(struct server *s, struct err *e)
{
	struct watch *const w[] = { &s->listener, &s->wake[0], &s->wake[1] };
	for (size_t i = 0; i < COUNT(w); i++)
		if (!loop_add(&s->loop, w[i], e))
			return false;
	return true;
}

static bool
open_all(struct server *s, struct err *e)
{
	struct notify_plan p = { .argv = s->plan->argv,
				 .path = NSM_DEVICE,
				 .major = NSM_MAJOR,
				 .minor = NSM_MINOR,
				 .ioctl = NSM_IOCTL,
				 .request_max = NSM_REQUEST_MAX,
				 .delay_ms = s->plan->delay_ms,
				 .answer = answer,
				 .self = s };
	if (!watch_all(s, e) ||
	    (s->plan->socket &&
	     !sock_listen_unix(s->plan->socket, &s->listener.fd, e)))
		return false;
	return s->plan->argv ? notify_start(&s->notify, &p, e)
			     : signals_open(&s->signals, e);
}

static bool
ended(struct server *s, int *status)
{
	if (s->notify)
		return notify_ended(s->notify, status);
	*status = 0;
	return signals_take(s->signals) != 0;
}

bool
serve(const struct serve_plan *plan, int *status, struct err *e)
{
	DEFER(arena_finish) struct arena a = { 0 };
	struct server *s = NEW(&a, struct server, 1);
	if (!s)
		return err_full(e, "simulator");
	*s = (struct server){ .plan = plan,
			      .listener = { .fd = -1,
					    .in = true,
					    .ready = welcome,
					    .self = s },
			      .wake = { { .fd = -1, .in = true },
					{ .fd = -1, .in = true } },
			      .signals = -1,
			      .born_ns = sys_monotonic_ns() };
	for (size_t i = 0; i < CLIENTS; i++) {
		s->client[i].server = s;
		s->client[i].watch.fd = -1;
	}
	bool ok = open_all(s, e);
	while (ok && !ended(s, status))
		ok = turn(s, e);
	close_all(s);
	return ok;
}
