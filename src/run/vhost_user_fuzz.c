/*
 * An emulator that sends arbitrary messages: each is refused with an error or
 * answered within the room for answers, and no queue ever lies outside of the
 * memory. Input: request (1 byte), length of the payload (1 byte), payload, and
 * so on.
 */
#include "base/fuzz.h"

#include "base/compiler.h"
#include "base/reader.h"
#include "run/console.h"
#include "run/vhost_user.h"

#include <string.h>

enum { USER = 0x10000, MEMORY = 0x4000 };

static void
check_ring(const struct vring *r, const uint8_t *mem)
{
	ASSERT(r->size <= VRING_SIZE_MAX && (r->size & (r->size - 1)) == 0);
	if (!r->desc)
		return;
	ASSERT(r->desc >= mem && r->desc + 16 * r->size <= mem + MEMORY);
	ASSERT(r->avail >= mem && r->avail + 6 + 2 * r->size <= mem + MEMORY);
	ASSERT(r->used >= mem && r->used + 6 + 8 * r->size <= mem + MEMORY);
}

FUZZ(in)
{
	static uint8_t mem[MEMORY];
	struct reader r = rd_from(in);
	struct console console = { 0 };
	struct vhost_user v;
	vhost_user_init(&v, 16);
	v.mem.n = 1;
	v.mem.region[0] = (struct gmem_region){
		.guest = 0, .user = USER, .size = MEMORY, .p = mem
	};
	while (rd_left(&r)) {
		struct vhost_message m = { .request = rd_u8(&r) };
		struct err e = { 0 };
		m.payload = rd_take(&r, rd_u8(&r));
		if (r.why)
			break;
		if (!vhost_user_message(&v, &m, &e))
			ASSERT(e.msg[0]);
		else
			ASSERT(m.reply_n <= VHOST_REPLY_MAX);
		for (size_t i = 0; i < VHOST_QUEUES && v.mem.n; i++)
			check_ring(&v.ring[i], mem);
	}
	vhost_user_finish(&v);
	/* the same bytes on a console */
	console_feed(&console, in);
	ASSERT(console.n < CONSOLE_LINE && console.status <= 255);
	ASSERT(memchr(console.last, 0, CONSOLE_LINE));
}
