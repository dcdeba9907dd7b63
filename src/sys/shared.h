/* Memory and events that are shared with another process. */
#pragma once

#include "base/err.h"

/* Signals and clears an event descriptor (eventfd). */
void event_send(int fd);
void event_clear(int fd);

/* Maps n bytes of a descriptor from `at` (a multiple of the page size),
 * shared and writable. */
MUST_USE bool map_shared(int fd, uint64_t at, size_t n, void **p,
			 struct err *e);
void map_release(void *p, size_t n);
