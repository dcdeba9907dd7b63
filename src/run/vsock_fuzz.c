/*
 * A hostile driver: the input is the memory of the guest with its queues. The
 * device reads it several times while the connections that it opens are written
 * to. Nothing outside of that memory may be accessed.
 */
#include "base/fuzz.h"

#include "base/compiler.h"
#include "sys/fs.h"
#include "run/device.h"

#include <stdlib.h>
#include <string.h>

enum { GUEST = 0, USER = 0x10000, QUEUE = 0x400, ROUNDS = 4, FAR_MAX = 4 };

struct world {
	struct device dev;
	int far[FAR_MAX];
	size_t far_n;
};

static int
accept_some(void *self, struct vsock_addr to)
{
	struct world *w = self;
	struct err e = { 0 };
	int pair[2];
	if (to.port % 4 == 3 || w->far_n == FAR_MAX || !sock_pair(pair, &e))
		return -1;
	w->far[w->far_n++] = pair[1];
	return pair[0];
}

static void
place(struct world *w, size_t i)
{
	struct vring *r = &w->dev.host.ring[i];
	uint64_t at = USER + i * QUEUE;
	struct err e = { 0 };
	r->size = 16;
	r->enabled = true;
	r->kick = 1 << 20; /* not an open descriptor, and never used */
	IGNORE(vring_place(r, &w->dev.host.mem, at, at + 0x100, at + 0x200,
			   &e));
}

static void
round_of(struct world *w, unsigned n)
{
	struct wait rows[VSOCK_CONNS];
	struct err e = { 0 };
	size_t done;
	int ms = 0;
	for (size_t i = 0; i < w->far_n; i++)
		IGNORE(sock_write(w->far[i], "0123456789", 10, &done) ==
		       IO_FAIL);
	size_t k = vsock_waits(&w->dev.vsock, rows, VSOCK_CONNS, &ms, n);
	ASSERT(wait_for(rows, k, 0, &e));
	vsock_waited(&w->dev.vsock, rows, k);
	device_pump(&w->dev, n);
}

FUZZ(in)
{
	struct arena arena;
	struct world *w = calloc(1, sizeof *w);
	/* the exact size, so that a sanitizer detects the first byte outside */
	uint8_t *mem = malloc(in.n + 1);
	ASSERT(w && mem);
	if (in.n)
		memcpy(mem, in.p, in.n);
	arena_init(&arena, 4 << 20);
	vhost_user_init(&w->dev.host, 16);
	w->dev.vsock = (struct vsock){ .guest_cid = 16,
				       .accept = accept_some,
				       .self = w,
				       .arena = &arena };
	w->dev.host.mem.n = 1;
	w->dev.host.mem.region[0] = (struct gmem_region){
		.guest = GUEST, .user = USER, .size = in.n, .p = mem
	};
	place(w, VHOST_RX);
	place(w, VHOST_TX);
	for (unsigned n = 0; n < ROUNDS; n++)
		round_of(w, n);
	for (size_t i = 0; i < 2; i++) {
		ASSERT(w->dev.host.ring[i].next_used ==
		       w->dev.host.ring[i].next_avail);
		w->dev.host.ring[i].kick = -1;
	}
	vsock_finish(&w->dev.vsock);
	w->dev.host.mem.n = 0;
	vhost_user_finish(&w->dev.host);
	for (size_t i = 0; i < w->far_n; i++)
		fd_close(w->far[i]);
	arena_finish(&arena);
	free(mem);
	free(w);
}
