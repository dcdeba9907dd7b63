#include "net/loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "sys/env.h"

#define MS_NS ((uint64_t)1000 * 1000)

bool
loop_add(struct loop *l, struct watch *w, struct err *e)
{
	if (l->n == LOOP_MAX)
		return err_set(e, ERR_LIMIT, "more than %d descriptors",
			       LOOP_MAX);
	w->events = 0;
	l->watch[l->n++] = w;
	return true;
}

void
loop_remove(struct loop *l, const struct watch *w)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->watch[i] == w)
			l->watch[i] = NULL;
}

void
loop_stop(struct loop *l)
{
	l->stopped = true;
}

static void
close_gaps(struct loop *l)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->watch[i])
			l->watch[n++] = l->watch[i];
	l->n = n;
}

static bool
is_polled(const struct watch *w)
{
	return w->fd >= 0 && (w->in || w->out);
}

/* Returns the time-out lowered to the next deadline, rounded up. */
static int
until_due(const struct loop *l, int timeout_ms)
{
	uint64_t now = sys_monotonic_ns();
	uint64_t ms = timeout_ms < 0 ? INT_MAX : (uint64_t)timeout_ms;
	bool limited = timeout_ms >= 0;
	for (size_t i = 0; i < l->n; i++) {
		uint64_t due = l->watch[i]->due_ns;
		uint64_t left = due > now ? due - now : 0;
		if (due == 0)
			continue;
		limited = true;
		left = left / MS_NS + (left % MS_NS != 0);
		ms = left < ms ? left : ms;
	}
	return limited ? (int)ms : -1;
}

static unsigned
events_of(const struct watch *w, short got)
{
	bool end = got & (POLLHUP | POLLERR | POLLNVAL);
	return (w->in && (end || got & POLLIN) ? LOOP_IN : 0) |
	       (w->out && (end || got & POLLOUT) ? LOOP_OUT : 0) |
	       (end ? LOOP_END : 0);
}

/* Waits, and notes the events of each watch. */
static bool
collect(struct loop *l, int timeout_ms, struct err *e)
{
	/* Only watches with a descriptor: poll refuses more entries than the
	 * limit of open descriptors. */
	struct pollfd f[LOOP_MAX];
	nfds_t n = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct watch *w = l->watch[i];
		int wanted = (w->in ? POLLIN : 0) | (w->out ? POLLOUT : 0);
		if (is_polled(w))
			f[n++] = (struct pollfd){ w->fd, (short)wanted, 0 };
	}
	int came = poll(f, n, until_due(l, timeout_ms));
	if (came < 0 && errno != EINTR)
		return err_sys(e, errno, "cannot wait for events");
	uint64_t now = sys_monotonic_ns();
	n = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct watch *w = l->watch[i];
		short got = is_polled(w) ? f[n++].revents : 0;
		w->events = events_of(w, came < 0 ? 0 : got);
		if (w->due_ns && w->due_ns <= now) {
			w->events |= LOOP_DUE;
			w->due_ns = 0;
		}
	}
	return true;
}

bool
loop_turn(struct loop *l, int timeout_ms, struct err *e)
{
	close_gaps(l);
	if (!collect(l, timeout_ms, e))
		return false;
	l->stopped = false;
	/* Callbacks append watches and leave gaps, but never move a watch. */
	for (size_t i = 0, n = l->n; i < n && !l->stopped; i++) {
		struct watch *w = l->watch[i];
		if (w && w->events && w->ready &&
		    !w->ready(w->self, w->events, e))
			return false;
	}
	return true;
}
