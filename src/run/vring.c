#include "run/vring.h"

#include <string.h>

#include "sys/shared.h"

/* Layouts of section 2.7. They are little-endian, and the assertion requires
 * the same of this machine. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "the rings are read in place");

struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};
_Static_assert(sizeof(struct desc) == 16, "struct virtq_desc");

struct used_elem {
	uint32_t id, len;
};

enum { DESC_NEXT = 1, DESC_WRITE = 2, AVAIL_NO_INTERRUPT = 1 };
enum { RING_HEAD = 4 }; /* flags and index before both rings */

bool
vring_place(struct vring *r, const struct gmem *m, uint64_t desc,
	    uint64_t avail, uint64_t used, struct err *e)
{
	uint64_t n = r->size;
	if (n == 0 || desc % 16 || avail % 2 || used % 4)
		return err_set(e, ERR_INPUT, "a queue is misplaced");
	r->desc = gmem_user(m, desc, n * sizeof(struct desc));
	r->avail = gmem_user(m, avail, RING_HEAD + n * 2 + 2);
	r->used = gmem_user(m, used, RING_HEAD + n * 8 + 2);
	if (r->desc && r->avail && r->used)
		return true;
	r->desc = r->avail = r->used = NULL;
	return err_set(e, ERR_INPUT, "a queue lies outside of memory");
}

bool
vring_ready(const struct vring *r)
{
	return r->enabled && !r->broken && r->size && r->desc && r->kick >= 0;
}

static uint16_t
load16(const uint8_t *p)
{
	return __atomic_load_n((const uint16_t *)(const void *)p,
			       __ATOMIC_ACQUIRE);
}

static struct desc
desc_at(const struct vring *r, uint16_t i)
{
	struct desc d;
	memcpy(&d, r->desc + (size_t)i * sizeof d, sizeof d);
	return d;
}

/* Follows the chain; returns false if the driver violated a rule. */
static bool
walk(const struct vring *r, const struct gmem *m, uint16_t at, uint16_t kind,
     struct chain *out)
{
	for (;;) {
		if (at >= r->size || out->parts == CHAIN_PARTS)
			return false;
		struct desc d = desc_at(r, at);
		uint8_t *p = gmem_guest(m, d.addr, d.len);
		if ((d.flags & ~DESC_NEXT) != kind || !p)
			return false;
		out->part[out->parts].p = p;
		out->part[out->parts++].n = d.len;
		out->bytes += d.len;
		if (!(d.flags & DESC_NEXT))
			return true;
		at = d.next;
	}
}

bool
vring_next(struct vring *r, const struct gmem *m, bool to_write,
	   struct chain *out)
{
	if (!vring_ready(r) || load16(r->avail + 2) == r->next_avail)
		return false;
	size_t slot = r->next_avail & (r->size - 1);
	out->parts = out->bytes = 0;
	out->head = load16(r->avail + RING_HEAD + slot * 2);
	if (walk(r, m, out->head, to_write ? DESC_WRITE : 0, out))
		return true;
	r->broken = true;
	return false;
}

void
vring_done(struct vring *r, const struct chain *c, size_t written)
{
	struct used_elem u = { c->head, (uint32_t)written };
	size_t slot = r->next_used & (r->size - 1);
	memcpy(r->used + RING_HEAD + slot * sizeof u, &u, sizeof u);
	r->next_avail++;
	r->next_used++;
	__atomic_store_n((uint16_t *)(void *)(r->used + 2), r->next_used,
			 __ATOMIC_RELEASE);
}

void
vring_notify(const struct vring *r)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!(load16(r->avail) & AVAIL_NO_INTERRUPT))
		event_send(r->call);
}

size_t
chain_read(const struct chain *c, void *p, size_t n)
{
	size_t done = 0;
	for (size_t i = 0; i < c->parts && done < n; i++) {
		size_t k = c->part[i].n;
		if (k > n - done)
			k = n - done;
		memcpy((uint8_t *)p + done, c->part[i].p, k);
		done += k;
	}
	return done;
}

size_t
chain_write(const struct chain *c, const void *p, size_t n)
{
	size_t done = 0;
	for (size_t i = 0; i < c->parts && done < n; i++) {
		size_t k = c->part[i].n;
		if (k > n - done)
			k = n - done;
		memcpy(c->part[i].p, (const uint8_t *)p + done, k);
		done += k;
	}
	return done;
}
