/*
 * Messages on a stream. Each is preceded by its length, four bytes in
 * big-endian order.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

enum { FRAME_HEAD = 4 };

enum frame_state {
	FRAME_PART,  /* the message is not complete */
	FRAME_WHOLE, /* a message is complete */
	FRAME_LARGE, /* the announced length exceeds the limit */
	FRAME_END,   /* the stream has ended or is broken */
};

/* A message that arrives in pieces. */
struct frame {
	uint8_t *p; /* room for FRAME_HEAD + max bytes */
	size_t max; /* of a message, without its length */
	size_t got;
};

/* Returns where the next bytes go; *n is how many at most, never beyond one
 * message. */
uint8_t *frame_room(const struct frame *f, size_t *n);
/* Counts n bytes that the caller read there. On FRAME_WHOLE *message points
 * into f->p and is valid until frame_next. After FRAME_LARGE the stream cannot
 * be used any more. */
enum frame_state frame_came(struct frame *f, size_t n, struct span *message);
void frame_next(struct frame *f);

/* Appends a message with its length, which must be less than 4 GiB. */
void frame_put(struct buf *b, struct span message);

/* Sends one message on a socket that blocks. */
MUST_USE bool frame_send(int fd, struct span message);
/* Receives one message. *n is the room at `out` on entry and the length of the
 * message on return; on FRAME_LARGE it is the announced length. Never returns
 * FRAME_PART. */
enum frame_state frame_receive(int fd, void *out, size_t *n);
