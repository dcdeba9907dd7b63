#include "base/test.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/frame.h"
#include "sys/fs.h"

enum { MAX = 8 };

/* Feeds at most `step` bytes at a time, and appends the messages to `out`. */
static enum frame_state
feed(struct span in, size_t step, struct buf *out)
{
	uint8_t room[FRAME_HEAD + MAX];
	struct frame f = { .p = room, .max = MAX };
	enum frame_state state = FRAME_PART;
	struct span message;
	while (in.n && state != FRAME_LARGE) {
		size_t n;
		uint8_t *at = frame_room(&f, &n);
		n = n < step ? n : step;
		n = n < in.n ? n : in.n;
		memcpy(at, in.p, n);
		in = span_from(in, n);
		state = frame_came(&f, n, &message);
		if (state == FRAME_WHOLE) {
			frame_put(out, message);
			frame_next(&f);
		}
	}
	return state;
}

TEST(frame_in_pieces)
{
	struct span in = SPAN("\0\0\0\3abc\0\0\0\0\0\0\0\10abcdefgh");
	for (size_t step = 1; step <= in.n; step++) {
		DEFER(buf_free) struct buf out = buf_max(100);
		CHECK(t, feed(in, step, &out) == FRAME_WHOLE);
		CHECK_SPAN(t, buf_view(&out), in);
	}
}

TEST(frame_cut)
{
	struct span in = SPAN("\0\0\0\3abc");
	for (size_t n = 1; n < in.n; n++) {
		DEFER(buf_free) struct buf out = buf_max(100);
		CHECK(t, feed(span_sub(in, 0, n), 9, &out) == FRAME_PART);
		CHECK_U(t, out.n, 0);
	}
}

TEST(frame_too_large)
{
	static const char *const rows[] = { "\0\0\0\11", "\1\0\0\0",
					    "\377\377\377\377" };
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(buf_free) struct buf out = buf_max(100);
		CHECK(t, feed(span_of(rows[i], 4), 4, &out) == FRAME_LARGE);
	}
}

TEST(frame_over_a_socket)
{
	int fd[2];
	uint8_t out[MAX], rest[MAX + 1];
	size_t n = MAX;
	CHECK(t, socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	CHECK(t, frame_send(fd[0], SPAN("abc")));
	CHECK(t, frame_receive(fd[1], out, &n) == FRAME_WHOLE);
	CHECK_SPAN(t, span_of(out, n), SPAN("abc"));
	n = MAX;
	CHECK(t, frame_send(fd[0], (struct span){ 0 }));
	CHECK(t, frame_receive(fd[1], out, &n) == FRAME_WHOLE);
	CHECK_U(t, n, 0);
	n = MAX;
	CHECK(t, frame_send(fd[0], SPAN("123456789")));
	CHECK(t, frame_receive(fd[1], out, &n) == FRAME_LARGE);
	CHECK_U(t, n, 9);
	CHECK(t, read(fd[1], rest, sizeof rest) == 9);
	fd_close(fd[0]);
	n = MAX;
	CHECK(t, frame_receive(fd[1], out, &n) == FRAME_END);
	CHECK(t, !frame_send(fd[1], SPAN("x")));
	fd_close(fd[1]);
}
