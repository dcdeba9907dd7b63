/*
 * Questions on a stream: everything until the other side has finished sending
 * is one; the answer goes back, and the stream is closed. A question that has
 * no answer is closed without a byte. The other side is not trusted: it can
 * make us keep ASK_MAX bytes.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

enum { ASK_MAX = 64 << 10 };

struct ask_service {
	uint32_t port; /* of vsock */
	/* NULL: there is no such service. The answer has ASK_MAX bytes at
	 * most. */
	bool (*answer)(void *self, struct span question, struct buf *out,
		       struct err *e);
	void *self;
};

struct ask {
	int fd; /* -1: none */
	struct buf in;
};

/* The descriptor, which does not block, belongs to it from now on. */
void ask_begin(struct ask *q, int fd);
void ask_close(struct ask *q);
/* Takes what has come and, when that is all, answers and closes. False when
 * it was closed without an answer. */
MUST_USE bool ask_turn(struct ask *q, const struct ask_service *s,
		       struct err *e);
