#include "net/frame.h"

#include "sys/stream.h"

static size_t
announced(const uint8_t *p)
{
	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
	       p[3];
}

uint8_t *
frame_room(const struct frame *f, size_t *n)
{
	size_t want = FRAME_HEAD;
	if (f->got >= FRAME_HEAD)
		want += announced(f->p);
	ASSERT(want >= f->got && want <= FRAME_HEAD + f->max);
	*n = want - f->got;
	return f->p + f->got;
}

enum frame_state
frame_came(struct frame *f, size_t n, struct span *message)
{
	*message = (struct span){ 0 };
	f->got += n;
	if (f->got < FRAME_HEAD)
		return FRAME_PART;
	size_t length = announced(f->p);
	if (length > f->max)
		return FRAME_LARGE;
	if (f->got < FRAME_HEAD + length)
		return FRAME_PART;
	*message = span_of(f->p + FRAME_HEAD, length);
	return FRAME_WHOLE;
}

void
frame_next(struct frame *f)
{
	f->got = 0;
}

void
frame_put(struct buf *b, struct span message)
{
	ASSERT(message.n <= UINT32_MAX);
	buf_be32(b, (uint32_t)message.n);
	buf_span(b, message);
}

bool
frame_send(int fd, struct span message)
{
	uint8_t head[FRAME_HEAD] = { (uint8_t)(message.n >> 24),
				     (uint8_t)(message.n >> 16),
				     (uint8_t)(message.n >> 8),
				     (uint8_t)message.n };
	ASSERT(message.n <= UINT32_MAX);
	return stream_give(fd, head, sizeof head) &&
	       stream_give(fd, message.p, message.n);
}

enum frame_state
frame_receive(int fd, void *out, size_t *n)
{
	uint8_t head[FRAME_HEAD];
	size_t fds = 0, room = *n;
	if (!stream_take(fd, head, sizeof head, NULL, 0, &fds))
		return FRAME_END;
	*n = announced(head);
	if (*n > room)
		return FRAME_LARGE;
	return stream_take(fd, out, *n, NULL, 0, &fds) ? FRAME_WHOLE
						       : FRAME_END;
}
