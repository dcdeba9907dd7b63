/*
 * A part of a file, as a blob: a layer inside a docker save archive is read in
 * place.
 */
#pragma once

#include "base/blob.h"

struct window {
	int fd; /* borrowed */
	uint64_t offset, size;
};

/* Reads with pread; the window must outlive the blob. */
struct blob window_blob(struct window *w);
