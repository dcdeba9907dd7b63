#include "run/ask.h"

#include "net/sock.h"
#include "sys/fs.h"

void
ask_begin(struct ask *q, int fd)
{
	ask_close(q);
	q->fd = fd;
	q->in = buf_max(ASK_MAX);
}

void
ask_close(struct ask *q)
{
	fd_closep(&q->fd);
	buf_free(&q->in);
}

/* Writes an answer without waiting: the socket is empty, and has room for
 * it. */
static bool
give(int fd, struct span s, struct err *e)
{
	size_t n = 0;
	while (s.n && sock_write(fd, s.p, s.n, &n) == IO_DONE)
		s = span_from(s, n);
	return s.n == 0 ||
	       err_set(e, ERR_NET, "the guest did not accept the answer");
}

static bool
reply(const struct ask *q, const struct ask_service *s, struct err *e)
{
	DEFER(buf_free) struct buf out = buf_max(ASK_MAX);
	return s->answer(s->self, buf_view(&q->in), &out, e) &&
	       buf_ok(&out, "the answer", e) && give(q->fd, buf_view(&out), e);
}

bool
ask_turn(struct ask *q, const struct ask_service *s, struct err *e)
{
	uint8_t piece[4096];
	size_t n;
	enum io io;
	bool ok = true;
	while ((io = sock_read(q->fd, piece, sizeof piece, &n)) == IO_DONE)
		buf_put(&q->in, piece, n);
	if (q->in.failed)
		ok = err_set(e, ERR_LIMIT, "a question of more than %d bytes",
			     ASK_MAX);
	else if (io == IO_AGAIN)
		return true;
	else if (io == IO_END)
		ok = reply(q, s, e);
	else
		ok = err_set(e, ERR_NET, "the stream failed");
	ask_close(q);
	return ok;
}
