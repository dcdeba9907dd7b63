/*
 * The back end's side of vhost-user, the protocol with which a machine emulator
 * passes a virtio device to another process (QEMU, docs/interop/vhost-user):
 * features, memory, queues and a few bytes of configuration, over a UNIX
 * socket. It implements only what a vsock device needs.
 */
#pragma once

#include "base/span.h"
#include "run/gmem.h"
#include "run/vring.h"

enum { VHOST_RX, VHOST_TX, VHOST_EVENT, VHOST_QUEUES };

struct vhost_user {
	int fd;             /* the emulator's connection, blocking; -1 */
	uint64_t guest_cid; /* our configuration space */
	struct gmem mem;
	struct vring ring[VHOST_QUEUES];
};
void vhost_user_init(struct vhost_user *v, uint64_t guest_cid);
void vhost_user_finish(struct vhost_user *v);

/* Reads and answers one message. Fails with ERR_SYS if the emulator has closed
 * the connection, and with ERR_INPUT if a message violates the protocol. */
MUST_USE bool vhost_user_serve(struct vhost_user *v, struct err *e);

/* One message: its payload and its descriptors. A handler that keeps a
 * descriptor sets it to -1. The answer, if there is one, is in `reply`. */
enum { VHOST_PAYLOAD_MAX = 4096, VHOST_REPLY_MAX = 300, VHOST_FDS = 8 };
struct vhost_message {
	uint32_t request;
	struct span payload;
	int fds[VHOST_FDS];
	size_t fds_n;
	uint8_t reply[VHOST_REPLY_MAX];
	size_t reply_n;
};
/* Handles a message; vhost_user_serve calls it. */
MUST_USE bool vhost_user_message(struct vhost_user *v,
				 struct vhost_message *msg, struct err *e);
