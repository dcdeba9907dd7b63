/*
 * Character devices that take a request and return an answer in one ioctl,
 * whose argument is two buffers, each an address and a length.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

MUST_USE bool device_open(const char *path, int *fd, struct err *e);
/* *n is the size of `out` before the call and the length of the answer after
 * it. */
MUST_USE bool device_talk(int fd, uint32_t number, struct span request,
			  void *out, size_t *n, struct err *e);
