/*
 * The back end's side of vhost-user, the protocol in which a machine emulator
 * hands a virtio device to another process (QEMU, docs/interop/vhost-user):
 * features, memory, queues and a few bytes of configuration, over a UNIX
 * socket. Only what a vsock device needs.
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

/* Takes and answers one message. False with ERR_SYS when the emulator has
 * gone and ERR_INPUT when it speaks another language. */
MUST_USE bool vhost_user_serve(struct vhost_user *v, struct err *e);

/* One message: the payload and the descriptors that came along; those that
 * are kept are set to -1. The answer, if there is one, is left in `reply`. */
enum { VHOST_PAYLOAD_MAX = 4096, VHOST_REPLY_MAX = 300, VHOST_FDS = 8 };
struct vhost_message {
	uint32_t request;
	struct span payload;
	int fds[VHOST_FDS];
	size_t fds_n;
	uint8_t reply[VHOST_REPLY_MAX];
	size_t reply_n;
};
/* What vhost_user_serve does with a message. */
MUST_USE bool vhost_user_message(struct vhost_user *v,
				 struct vhost_message *msg, struct err *e);
