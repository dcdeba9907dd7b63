#include "run/vhost_user.h"

#include <string.h>

#include "base/reader.h"
#include "sys/fs.h"
#include "sys/stream.h"

/* Feature bits of the device and of the protocol that we offer. */
#define F_VERSION_1         ((uint64_t)1 << 32)
#define F_PROTOCOL_FEATURES ((uint64_t)1 << 30)
#define P_MQ                ((uint64_t)1 << 0)
#define P_CONFIG            ((uint64_t)1 << 9)

enum { FLAG_VERSION = 1, FLAG_VERSION_MASK = 3, FLAG_REPLY = 4 };
enum { NO_FD = 0x100, QUEUE_MASK = 0xff };
enum { CONFIG_HEAD = 12, CONFIG_SIZE = 8, CONFIG_MAX = 256 };

void
vhost_user_init(struct vhost_user *v, uint64_t guest_cid)
{
	*v = (struct vhost_user){ .fd = -1, .guest_cid = guest_cid };
	for (size_t i = 0; i < VHOST_QUEUES; i++)
		v->ring[i].kick = v->ring[i].call = -1;
}

static void
ring_reset(struct vring *r)
{
	fd_closep(&r->kick);
	fd_closep(&r->call);
	*r = (struct vring){ .kick = -1, .call = -1 };
}

void
vhost_user_finish(struct vhost_user *v)
{
	for (size_t i = 0; i < VHOST_QUEUES; i++)
		ring_reset(&v->ring[i]);
	gmem_clear(&v->mem);
	fd_closep(&v->fd);
}

static uint64_t
le64(struct reader *r)
{
	uint64_t low = rd_le32(r);
	return low | (uint64_t)rd_le32(r) << 32;
}

static void
put_le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static void
reply_u64(struct vhost_message *m, uint64_t v)
{
	put_le(m->reply, v, 8);
	m->reply_n = 8;
}

/* Handles a request; reads its payload from r. */
typedef bool handler(struct vhost_user *v, struct vhost_message *m,
		     struct reader *r, struct err *e);

static bool
get_features(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	     struct err *e)
{
	(void)v, (void)r, (void)e;
	reply_u64(m, F_VERSION_1 | F_PROTOCOL_FEATURES);
	return true;
}

static bool
get_protocol_features(struct vhost_user *v, struct vhost_message *m,
		      struct reader *r, struct err *e)
{
	(void)v, (void)r, (void)e;
	reply_u64(m, P_MQ | P_CONFIG);
	return true;
}

static bool
get_queue_num(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	      struct err *e)
{
	(void)v, (void)r, (void)e;
	reply_u64(m, VHOST_QUEUES);
	return true;
}

static bool
nothing(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	struct err *e)
{
	(void)v, (void)m, (void)r, (void)e;
	return true;
}

/* Rings point into the old memory; the emulator will place them again. */
static void
forget_memory(struct vhost_user *v)
{
	for (size_t i = 0; i < VHOST_QUEUES; i++)
		v->ring[i].desc = v->ring[i].avail = v->ring[i].used = NULL;
	gmem_clear(&v->mem);
}

static bool
set_mem_table(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	      struct err *e)
{
	uint32_t n = rd_le32(r);
	rd_le32(r);
	if (n > GMEM_REGIONS || n != m->fds_n)
		return err_set(e, ERR_INPUT, "a malformed table of memory");
	forget_memory(v);
	for (uint32_t i = 0; i < n; i++) {
		struct gmem_region g = { .guest = le64(r) };
		g.size = le64(r);
		g.user = le64(r);
		uint64_t offset = le64(r);
		if (r->why || !gmem_map(&v->mem, g, m->fds[i], offset, e))
			break;
	}
	return rd_ok(r, e) && v->mem.n == n;
}

static struct vring *
ring_of(struct vhost_user *v, struct reader *r, struct err *e)
{
	uint32_t i = rd_le32(r);
	if (!r->why && i < VHOST_QUEUES)
		return &v->ring[i];
	err_set(e, ERR_INPUT, "there is no queue %u", i);
	return NULL;
}

static bool
set_vring_num(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	      struct err *e)
{
	struct vring *q = ring_of(v, r, e);
	uint32_t n = rd_le32(r);
	(void)m;
	if (!q)
		return false;
	if (n == 0 || n > VRING_SIZE_MAX || (n & (n - 1)))
		return err_set(e, ERR_INPUT, "a queue of %u entries", n);
	q->size = n;
	q->desc = q->avail = q->used = NULL; /* placed for another size */
	return true;
}

static bool
set_vring_addr(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	       struct err *e)
{
	struct vring *q = ring_of(v, r, e);
	rd_le32(r); /* flags: only logging, which is not offered */
	uint64_t desc = le64(r), used = le64(r), avail = le64(r);
	(void)m;
	return q && rd_ok(r, e) &&
	       vring_place(q, &v->mem, desc, avail, used, e);
}

static bool
set_vring_base(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	       struct err *e)
{
	struct vring *q = ring_of(v, r, e);
	uint32_t at = rd_le32(r);
	(void)m;
	if (!q)
		return false;
	q->next_avail = q->next_used = (uint16_t)at;
	q->broken = false;
	return true;
}

static bool
get_vring_base(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	       struct err *e)
{
	struct vring *q = ring_of(v, r, e);
	if (!q)
		return false;
	put_le(m->reply, (uint64_t)(q - v->ring), 4);
	put_le(m->reply + 4, q->next_avail, 4);
	m->reply_n = 8;
	fd_closep(&q->kick); /* GET_VRING_BASE stops the queue */
	return true;
}

/* The queue's index is in the low bits; the descriptor is in the message. */
static bool
take_fd(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	size_t field, struct err *e)
{
	uint64_t what = le64(r);
	size_t i = what & QUEUE_MASK;
	if (r->why || i >= VHOST_QUEUES || (!(what & NO_FD)) != m->fds_n)
		return err_set(e, ERR_INPUT, "a malformed queue event");
	int *slot = (int *)(void *)((char *)&v->ring[i] + field);
	fd_closep(slot);
	if (m->fds_n)
		*slot = fd_take(&m->fds[0]);
	return true;
}

static bool
set_vring_kick(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	       struct err *e)
{
	return take_fd(v, m, r, offsetof(struct vring, kick), e);
}

static bool
set_vring_call(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	       struct err *e)
{
	return take_fd(v, m, r, offsetof(struct vring, call), e);
}

static bool
set_vring_enable(struct vhost_user *v, struct vhost_message *m,
		 struct reader *r, struct err *e)
{
	struct vring *q = ring_of(v, r, e);
	(void)m;
	if (!q)
		return false;
	q->enabled = rd_le32(r) != 0;
	return true;
}

/* struct virtio_vsock_config contains only the guest's CID. */
static bool
get_config(struct vhost_user *v, struct vhost_message *m, struct reader *r,
	   struct err *e)
{
	uint32_t at = rd_le32(r), n = rd_le32(r), flags = rd_le32(r);
	uint8_t cid[CONFIG_SIZE];
	if (r->why || n > CONFIG_MAX || n != rd_left(r))
		return err_set(e, ERR_INPUT, "a malformed configuration");
	put_le(m->reply, at, 4);
	put_le(m->reply + 4, n, 4);
	put_le(m->reply + 8, flags, 4);
	memset(m->reply + CONFIG_HEAD, 0, n);
	put_le(cid, v->guest_cid, CONFIG_SIZE);
	for (uint32_t i = 0; i < n && at < CONFIG_SIZE - i; i++)
		m->reply[CONFIG_HEAD + i] = cid[at + i];
	m->reply_n = CONFIG_HEAD + n;
	return true;
}

static handler *const handlers[] = {
	[1] = get_features,
	[2] = nothing, /* SET_FEATURES: we offer no optional ones */
	[3] = nothing, /* SET_OWNER */
	[4] = nothing, /* RESET_OWNER */
	[5] = set_mem_table,
	[8] = set_vring_num,
	[9] = set_vring_addr,
	[10] = set_vring_base,
	[11] = get_vring_base,
	[12] = set_vring_kick,
	[13] = set_vring_call,
	[14] = nothing, /* SET_VRING_ERR: its descriptor is closed */
	[15] = get_protocol_features,
	[16] = nothing, /* SET_PROTOCOL_FEATURES */
	[17] = get_queue_num,
	[18] = set_vring_enable,
	[24] = get_config,
	[25] = nothing, /* SET_CONFIG: the configuration is read-only */
};

bool
vhost_user_message(struct vhost_user *v, struct vhost_message *m, struct err *e)
{
	struct reader r = rd_from(m->payload);
	m->reply_n = 0;
	if (m->request >= COUNT(handlers) || !handlers[m->request])
		return err_set(e, ERR_INPUT, "unknown vhost-user request %u",
			       m->request);
	return handlers[m->request](v, m, &r, e) && rd_ok(&r, e);
}

static bool
answer(const struct vhost_user *v, const struct vhost_message *m)
{
	uint8_t out[12 + VHOST_REPLY_MAX];
	if (m->reply_n == 0)
		return true;
	put_le(out, m->request, 4);
	put_le(out + 4, FLAG_VERSION | FLAG_REPLY, 4);
	put_le(out + 8, m->reply_n, 4);
	memcpy(out + 12, m->reply, m->reply_n);
	return stream_give(v->fd, out, 12 + m->reply_n);
}

static bool
receive(const struct vhost_user *v, struct vhost_message *m, uint8_t *payload,
	struct err *e)
{
	uint8_t head[12];
	size_t more;
	if (!stream_take(v->fd, head, sizeof head, m->fds, VHOST_FDS,
			 &m->fds_n))
		return err_set(e, ERR_SYS, "the machine closed its connection");
	struct reader r = rd_from(span_of(head, sizeof head));
	m->request = rd_le32(&r);
	uint32_t flags = rd_le32(&r), n = rd_le32(&r);
	if ((flags & FLAG_VERSION_MASK) != FLAG_VERSION ||
	    n > VHOST_PAYLOAD_MAX)
		return err_set(e, ERR_INPUT, "the message is not vhost-user");
	if (n && !stream_take(v->fd, payload, n, NULL, 0, &more))
		return err_set(e, ERR_SYS, "the machine closed its connection");
	m->payload = span_of(payload, n);
	return true;
}

bool
vhost_user_serve(struct vhost_user *v, struct err *e)
{
	uint8_t payload[VHOST_PAYLOAD_MAX];
	struct vhost_message m = { 0 };
	bool ok = receive(v, &m, payload, e) && vhost_user_message(v, &m, e);
	for (size_t i = 0; i < m.fds_n; i++)
		fd_close(m.fds[i]);
	if (!ok)
		return false;
	return answer(v, &m) ||
	       err_set(e, ERR_SYS, "the machine closed its connection");
}
