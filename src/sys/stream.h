/*
 * Whole messages on a stream socket that blocks, with descriptors.
 */
#pragma once

#include "base/err.h"

/* Reads exactly n bytes, and at most max descriptors that come with them.
 * Closes descriptors above max. Returns false at the end of the stream or on
 * failure. */
MUST_USE bool stream_take(int fd, void *p, size_t n, int *fds, size_t max,
			  size_t *fds_n);
/* Writes all n bytes. */
MUST_USE bool stream_give(int fd, const void *p, size_t n);
