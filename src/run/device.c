#include "run/device.h"

/* Handles everything that the guest has sent; returns true if there was
 * something. */
static bool
take_all(struct device *d, uint64_t now)
{
	struct vring *q = &d->host.ring[VHOST_TX];
	struct chain c;
	bool any = false;
	while (vring_next(q, &d->host.mem, false, &c)) {
		size_t n = chain_read(&c, d->packet, sizeof d->packet);
		vring_done(q, &c, 0);
		vsock_receive(&d->vsock, span_of(d->packet, n), now);
		any = true;
	}
	if (any)
		vring_notify(q);
	return any;
}

/* Passes packets to the guest while it has room. */
static void
give_all(struct device *d, uint64_t now)
{
	struct vring *q = &d->host.ring[VHOST_RX];
	struct chain c;
	bool any = false;
	while (vring_next(q, &d->host.mem, true, &c)) {
		size_t room = c.bytes, n;
		if (room > sizeof d->packet)
			room = sizeof d->packet;
		if (room < VSOCK_HEADER) {
			q->broken = true;
			break;
		}
		n = vsock_send(&d->vsock, d->packet, room, now);
		if (n == 0)
			break;
		vring_done(q, &c, chain_write(&c, d->packet, n));
		any = true;
	}
	if (any)
		vring_notify(q);
}

void
device_pump(struct device *d, uint64_t now_ns)
{
	do
		give_all(d, now_ns);
	while (take_all(d, now_ns));
}
