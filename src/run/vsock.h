/*
 * The other end of a guest's vsock device: stream connections between ports of
 * the guest and descriptors of this process (Virtual I/O Device 1.2, section
 * 5.10).
 *
 * The caller, which handles the queues, provides and receives packets; this
 * module handles connections, credit and half-closed streams. The guest is not
 * trusted: the memory for it is at most VSOCK_CONNS times VSOCK_WINDOW.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "net/sock.h"

enum {
	VSOCK_HEADER = 44,
	VSOCK_PAYLOAD_MAX = 64 << 10, /* the limit of Linux for one packet */
	VSOCK_PACKET_MAX = VSOCK_HEADER + VSOCK_PAYLOAD_MAX,
	VSOCK_CONNS = 256,
	VSOCK_WINDOW = 256 << 10, /* bytes that may wait for our descriptor */
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
	/* Accepts a guest's connection to one of our ports. Returns a
	 * descriptor that does not block, which the device then owns, or -1 to
	 * refuse. */
	int (*accept)(void *self, struct vsock_addr to);
	/* Called each time that a port of the guest accepts or refuses a
	 * connection of ours; may be NULL. */
	void (*answered)(void *self, uint32_t port, bool taken);
	void *self;
	struct arena *arena; /* of connections, whose memory is reused */
	struct vsock_conn *conn[VSOCK_CONNS];
	size_t next; /* the connection that may send next */
	uint32_t next_port;
	struct vsock_packet reset[VSOCK_RESETS];
	size_t resets;
};

/* Closes every connection; the arena keeps the memory. */
void vsock_finish(struct vsock *v);

/* Connects a port of the guest to fd. The device owns fd from now on, also
 * after a failure. A refused connection is retried until the monotonic time
 * `until_ns`, because an application needs time until it listens. */
MUST_USE bool vsock_connect(struct vsock *v, uint32_t port, int fd,
			    uint64_t until_ns, struct err *e);

/* Handles one packet of the guest; malformed packets are dropped. */
void vsock_receive(struct vsock *v, struct span packet, uint64_t now_ns);
/* Writes the next packet for the guest. `room` is at least VSOCK_HEADER.
 * Returns its length, or 0 if there is none. */
size_t vsock_send(struct vsock *v, uint8_t *out, size_t room, uint64_t now_ns);

/* vsock_waits fills rows for the connections, lowers `ms` to the next retry and
 * returns the number of rows; vsock_waited handles the results in the same
 * rows. */
size_t vsock_waits(struct vsock *v, struct wait *w, size_t max, int *ms,
		   uint64_t now_ns);
void vsock_waited(struct vsock *v, const struct wait *w, size_t n);

/* Reads the header of a packet. Returns false if s is too short. */
MUST_USE bool vsock_header(struct span s, struct vsock_packet *p);
/* Writes the header of a packet. */
void vsock_put_header(uint8_t out[VSOCK_HEADER], const struct vsock_packet *p);
