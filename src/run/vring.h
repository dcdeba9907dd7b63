/*
 * The device's side of one split virtqueue (Virtual I/O Device 1.2, section
 * 2.7), without indirect descriptors and event indexes, which we do not offer.
 *
 * The rings are in guest memory. If a driver violates the rules, its queue is
 * stopped; it cannot make the device access anything outside the guest's
 * memory.
 */
#pragma once

#include "base/err.h"
#include "run/gmem.h"

enum {
	VRING_SIZE_MAX = 1024, /* the limit of vhost in the kernel */
	CHAIN_PARTS = 64,      /* a vsock packet of Linux has at most 20 */
};

struct vring {
	uint32_t size; /* entries, a power of two; 0: not set up */
	uint8_t *desc, *avail, *used;
	uint16_t next_avail, next_used;
	int kick, call; /* event descriptors, -1 */
	bool enabled, broken;
};

/* One request of the driver: where its bytes are. */
struct chain {
	uint16_t head;
	size_t parts, bytes;
	struct {
		uint8_t *p;
		size_t n;
	} part[CHAIN_PARTS];
};

/* Places the rings at addresses of the emulator. */
MUST_USE bool vring_place(struct vring *r, const struct gmem *m, uint64_t desc,
			  uint64_t avail, uint64_t used, struct err *e);
bool vring_ready(const struct vring *r);

/* Returns the next request, in which all parts are for the device to write (or
 * all to read). Returns false if there is none, or if the ring is broken; then
 * it sets `broken`. The request stays the next one until vring_done. */
bool vring_next(struct vring *r, const struct gmem *m, bool to_write,
		struct chain *out);
/* Returns the request to the driver with `written` bytes filled in. */
void vring_done(struct vring *r, const struct chain *c, size_t written);
/* Notifies the driver, unless it has disabled notifications. */
void vring_notify(const struct vring *r);

/* Copies at most n bytes out of (into) a chain; returns how many. */
size_t chain_read(const struct chain *c, void *p, size_t n);
size_t chain_write(const struct chain *c, const void *p, size_t n);
