#include "sim/serve.h"

#include "net/frame.h"
#include "net/sock.h"
#include "nsm/client.h"
#include "sys/child.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/notify.h"

enum { CLIENTS = 64, ROOM = 1 << 16, FIXED = 3 };

struct client {
	int fd; /* -1: free */
	uint8_t in[FRAME_HEAD + NSM_REQUEST_MAX];
	struct frame frame; /* over `in` */
	struct buf out;     /* what is still to be sent, from `sent` on */
	size_t sent;
	bool last; /* closed once that is sent */
};

struct server {
	const struct serve_plan *plan;
	struct notify *notify;
	int listener, signals;
	bool full; /* no descriptor for another client until one leaves */
	uint64_t born_ns;
	struct client client[CLIENTS];
};

/* The clock starts where the plan says and goes on. */
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
	fd_closep(&c->fd);
	buf_free(&c->out);
	c->sent = 0;
	c->last = false;
}

static void
close_all(struct server *s)
{
	for (size_t i = 0; i < CLIENTS; i++)
		drop(&s->client[i]);
	notify_close(&s->notify);
	if (s->listener >= 0)
		fs_unlink(s->plan->socket);
	fd_closep(&s->listener);
	if (s->signals >= 0)
		signals_close(&s->signals);
}

static void
welcome(struct server *s)
{
	int fd = sock_accept(s->listener);
	s->full = fd < 0;
	for (size_t i = 0; fd >= 0 && i < CLIENTS; i++)
		if (s->client[i].fd < 0) {
			struct client *c = &s->client[i];
			c->fd = fd;
			c->frame = (struct frame){ .p = c->in,
						   .max = NSM_REQUEST_MAX };
			c->out = buf_max(ROOM);
			return;
		}
	fd_close(fd);
}

/* A whole request is there: the answer, with its length in front. */
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

/* Too long to be read: what the device says to one byte too much. */
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
	enum io io = sock_read(c->fd, at, room, &n);
	if (io == IO_END || io == IO_FAIL) {
		drop(c);
		s->full = false;
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
give(struct server *s, struct client *c)
{
	size_t n = 0;
	enum io io =
		sock_write(c->fd, c->out.p + c->sent, c->out.n - c->sent, &n);
	c->sent += n;
	if (io == IO_FAIL || (c->last && c->sent == c->out.n)) {
		drop(c);
		s->full = false;
	}
}

static bool
serve_clients(struct server *s, const struct wait *w, struct err *e)
{
	for (size_t i = 0; i < CLIENTS; i++) {
		struct client *c = &s->client[i];
		if (c->fd < 0 || c->fd != w[i].fd)
			continue;
		if (w[i].can_write)
			give(s, c);
		else if (w[i].can_read && !take(s, c, e))
			return false;
	}
	return true;
}

static bool
turn(struct server *s, struct err *e)
{
	struct wait w[FIXED + CLIENTS] = {
		{ .fd = s->listener, .in = !s->full },
		{ .fd = s->notify ? notify_fd(s->notify) : -1, .in = true },
		{ .fd = s->notify ? notify_signal_fd(s->notify) : s->signals,
		  .in = true },
	};
	int due = s->notify ? notify_due(s->notify) : -1;
	for (size_t i = 0; i < CLIENTS; i++) {
		bool busy = s->client[i].sent < s->client[i].out.n;
		w[FIXED + i] = (struct wait){ .fd = s->client[i].fd,
					      .in = !busy,
					      .out = busy };
	}
	if (!wait_for(w, COUNT(w), due, e))
		return false;
	if (w[0].can_read)
		welcome(s);
	return serve_clients(s, w + FIXED, e) &&
	       (!s->notify || notify_serve(s->notify, e));
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
	if (s->plan->socket &&
	    !sock_listen_unix(s->plan->socket, &s->listener, e))
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
			      .listener = -1,
			      .signals = -1,
			      .born_ns = sys_monotonic_ns() };
	for (size_t i = 0; i < CLIENTS; i++)
		s->client[i].fd = -1;
	bool ok = open_all(s, e);
	while (ok && !ended(s, status))
		ok = turn(s, e);
	close_all(s);
	return ok;
}
