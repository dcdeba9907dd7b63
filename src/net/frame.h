/*
 * Messages on a stream: the length of each, four bytes in big-endian order,
 * and then that many bytes.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum { FRAME_HEAD = 4 };

enum frame_state {
	FRAME_PART,  /* more has to come */
	FRAME_WHOLE, /* a message is there */
	FRAME_LARGE, /* one is announced that is over the limit */
	FRAME_END,   /* the stream has ended or is broken */
};

/* A message that comes in pieces. */
struct frame {
	uint8_t *p; /* room for FRAME_HEAD + max bytes */
	size_t max; /* of a message, without its length */
	size_t got;
};

/* Where the next bytes go, and how many at most: never beyond one message. */
uint8_t *frame_room(const struct frame *f, size_t *n);
/* n bytes have come there. FRAME_WHOLE: *message is the message, in f->p until
 * frame_next; FRAME_LARGE: the stream is of no use after that. */
enum frame_state frame_came(struct frame *f, size_t n, struct span *message);
void frame_next(struct frame *f);

/* Appends a message with its length; nobody has messages of 4 GiB. */
void frame_put(struct buf *b, struct span message);

/* One message on a socket that blocks. */
MUST_USE bool frame_send(int fd, struct span message);
/* *n: the room at `out`, then the length of the message; FRAME_LARGE: *n is
 * what was announced. Never FRAME_PART. */
enum frame_state frame_receive(int fd, void *out, size_t *n);
