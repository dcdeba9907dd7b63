/*
 * The other end of a guest's vsock device: stream connections between ports
 * of the guest and descriptors of ours (Virtual I/O Device 1.2, section 5.10).
 *
 * Packets come from and go to the caller, who knows the queues; this part
 * knows connections, credit and half-closed streams. The guest is not
 * trusted: what it may make us keep is bounded by VSOCK_CONNS times
 * VSOCK_WINDOW.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "net/sock.h"

enum {
	VSOCK_HEADER = 44,
	VSOCK_PAYLOAD_MAX = 64 << 10, /* what Linux puts into one packet */
	VSOCK_PACKET_MAX = VSOCK_HEADER + VSOCK_PAYLOAD_MAX,
	VSOCK_CONNS = 256,
	VSOCK_WINDOW = 256 << 10, /* bytes that may wait for our side */
	VSOCK_RESETS = 64,        /* refusals that may wait for the guest */
	VSOCK_CID_HOST = 2,
	VSOCK_CID_PARENT = 3, /* the parent instance of a Nitro enclave */
};

struct vsock_addr {
	uint64_t cid;
	uint32_t port;
};

struct vsock_packet {
	struct vsock_addr src, dst;
	uint32_t len, flags, buf_alloc, fwd_cnt;
	uint16_t type, op;
};

struct vsock_conn;
struct vsock {
	uint64_t guest_cid;
	/* A guest's connection to one of our ports: a descriptor that does
	 * not block and now belongs to the device, or -1 to refuse. */
	int (*accept)(void *self, struct vsock_addr to);
	/* A port of the guest has taken a connection of ours, or refused it
	 * once more; may be NULL. */
	void (*answered)(void *self, uint32_t port, bool taken);
	void *self;
	struct arena *arena; /* for connections, which are used again */
	struct vsock_conn *conn[VSOCK_CONNS];
	size_t next; /* whose turn it is to send */
	uint32_t next_port;
	struct vsock_packet reset[VSOCK_RESETS];
	size_t resets;
};

/* Closes every connection; the arena keeps the memory. */
void vsock_finish(struct vsock *v);

/* Connects a port of the guest to fd, which belongs to the device from now
 * on, also after a failure. A refusal is tried again until the monotonic
 * time `until_ns`: an application needs a moment to listen. */
MUST_USE bool vsock_connect(struct vsock *v, uint32_t port, int fd,
			    uint64_t until_ns, struct err *e);

/* One packet of the guest; anything malformed is dropped. */
void vsock_receive(struct vsock *v, struct span packet, uint64_t now_ns);
/* The next packet for the guest, of at most `room` bytes and at least
 * VSOCK_HEADER; 0 when there is none. */
size_t vsock_send(struct vsock *v, uint8_t *out, size_t room, uint64_t now_ns);

/* What the connections wait for; returns how many rows were used. Then, with
 * what came, in the same rows. `ms` is lowered to the next retry. */
size_t vsock_waits(struct vsock *v, struct wait *w, size_t max, int *ms,
		   uint64_t now_ns);
void vsock_waited(struct vsock *v, const struct wait *w, size_t n);

/* Reads the header of a packet; false when there is not one. */
MUST_USE bool vsock_header(struct span s, struct vsock_packet *p);
/* The same, the other way. */
void vsock_put_header(uint8_t out[VSOCK_HEADER], const struct vsock_packet *p);
