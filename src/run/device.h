/*
 * A vsock device for a machine emulator: vhost-user's queues on one side,
 * connections on the other.
 */
#pragma once

#include "run/vhost_user.h"
#include "run/vsock.h"

struct device {
	struct vhost_user host;
	struct vsock vsock;
	uint8_t packet[VSOCK_PACKET_MAX];
};

/* Moves packets both ways until neither side has any. */
void device_pump(struct device *d, uint64_t now_ns);
