/*
 * Questions on a stream. A question is everything that the other side sends
 * until it ends sending; the answer is sent back, and the stream is closed. If
 * a question has no answer, the stream is closed without a byte. The other side
 * is not trusted: at most ASK_MAX bytes of it are kept.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

enum { ASK_MAX = 64 << 10 };

struct ask_service {
	uint32_t port; /* vsock port */
	/* Answers a question with at most ASK_MAX bytes. NULL: there is no
	 * service. */
	bool (*answer)(void *self, struct span question, struct buf *out,
		       struct err *e);
	void *self;
};

struct ask {
	int fd; /* -1: none */
	struct buf in;
};

/* Takes ownership of the descriptor, which must not block. */
void ask_begin(struct ask *q, int fd);
void ask_close(struct ask *q);
/* Reads what has arrived; if the question is complete, answers and closes.
 * Returns false with an error if it closed without an answer. */
MUST_USE bool ask_turn(struct ask *q, const struct ask_service *s,
		       struct err *e);
