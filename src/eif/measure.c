#include "eif/measure.h"

#include <string.h>

#include "codec/crc32.h"
#include "pcrs/pcr.h"
#include "sys/lanes.h"

/* Enough that the lanes, more than there are processors perhaps, find work
 * for longer than the scheduler keeps the reader waiting. */
enum { RING_BLOCKS = 32, RING_BLOCKS_SINGLE = 2 };
#define RING_BYTES MEASURE_PIECE

enum event { EV_RAW, EV_BEGIN, EV_DATA, EV_END };

/* What a block is. EV_RAW belongs to no section. */
struct what {
	enum event ev;
	enum eif_type type; /* of the section */
	size_t index;       /* of the section, in the order of the file */
	size_t ramdisk;     /* which of the ramdisks it is, from 1; 0: none */
};

static struct what
what_is(const struct lane_block *b)
{
	const struct what *w = b->about;
	return *w;
}

/* A lane that hashes what it picks, with a digest for the section besides. */
struct hasher {
	struct digest all, own;
	struct hash *result; /* of sections, indexed; shared, disjoint */
	struct digest first; /* forked from `all` after the first ramdisk */
};

struct measure {
	struct lanes *lanes;
	struct lane_block *block; /* being filled, or NULL */
	struct hasher boot_app;   /* PCR0, and PCR1 on the way */
	struct hasher app;        /* PCR2, and most section digests */
	struct hasher extra;      /* digests of ramdisks after the second */
	struct digest file;       /* SHA-256 */
	struct hash digest[EIF_SECTIONS];
	struct measured so_far;
	enum eif_type type;
	size_t ramdisks, ramdisks_max;
	bool open;
};

static struct span
bytes_of(const struct lane_block *b)
{
	return (struct span){ b->p, b->n };
}

/* The value that the running digest has now; it goes on. */
static bool
peek(const struct digest *running, struct hash *out, struct err *e)
{
	DEFER(digest_finish) struct digest copy = { 0 };
	return digest_fork(&copy, running, e) && digest_final(&copy, out, e);
}

static bool
is_measured(enum eif_type type)
{
	return type == EIF_KERNEL || type == EIF_CMDLINE || type == EIF_RAMDISK;
}

/* Everything measured. From the first ramdisk on PCR1 has a digest of its own,
 * which later ramdisks do not go into. */
static bool
take_boot_app(void *self, const struct lane_block *b, struct err *e)
{
	struct hasher *h = self;
	struct what w = what_is(b);
	if (w.ev == EV_END && w.ramdisk == 1)
		return digest_fork(&h->first, &h->all, e);
	if (w.ev != EV_DATA || !is_measured(w.type))
		return true;
	return digest_update(&h->all, bytes_of(b), e) &&
	       (!h->first.ctx || w.ramdisk ||
		digest_update(&h->first, bytes_of(b), e));
}

/* The digest of one section at a time. */
static bool
take_section(struct hasher *h, const struct lane_block *b, struct what w,
	     struct err *e)
{
	switch (w.ev) {
	case EV_RAW:
		return true;
	case EV_BEGIN:
		return digest_init(&h->own, DIGEST_SHA384, e);
	case EV_DATA:
		return digest_update(&h->own, bytes_of(b), e);
	case EV_END:
		return digest_final(&h->own, &h->result[w.index], e);
	}
	UNREACHABLE();
}

/* The ramdisks after the first; the digest of the second is a copy. Other
 * sections get a digest of their own here. */
static bool
take_app(void *self, const struct lane_block *b, struct err *e)
{
	struct hasher *h = self;
	struct what w = what_is(b);
	if (w.ramdisk < 2)
		return take_section(h, b, w, e);
	if (w.ev == EV_DATA)
		return digest_update(&h->all, bytes_of(b), e);
	if (w.ev == EV_END && w.ramdisk == 2)
		return peek(&h->all, &h->result[w.index], e);
	return true;
}

static bool
take_extra(void *self, const struct lane_block *b, struct err *e)
{
	struct what w = what_is(b);
	return w.ramdisk < 3 || take_section(self, b, w, e);
}

static bool
take_file(void *self, const struct lane_block *b, struct err *e)
{
	return digest_update(self, bytes_of(b), e);
}

bool
measure_open(struct measure **out, const struct measure_plan *plan,
	     struct arena *a, struct err *e)
{
	struct measure *m = NEW(a, struct measure, 1);
	if (!m)
		return err_full(e, "the measurement");
	*out = m;
	m->app.result = m->extra.result = m->digest;
	struct lane lane[LANES_MAX] = {
		{ take_boot_app, &m->boot_app },
		{ take_app, &m->app },
	};
	struct lanes_plan lp = { .lane = lane,
				 .n = 2,
				 .blocks = plan->single ? RING_BLOCKS_SINGLE
							: RING_BLOCKS,
				 .size = RING_BYTES,
				 .about = sizeof(struct what),
				 .threads = !plan->single };
	m->ramdisks_max = plan->ramdisks;
	if (plan->ramdisks > 2)
		lane[lp.n++] = (struct lane){ take_extra, &m->extra };
	if (plan->sha256)
		lane[lp.n++] = (struct lane){ take_file, &m->file };
	return digest_init(&m->boot_app.all, DIGEST_SHA384, e) &&
	       digest_init(&m->app.all, DIGEST_SHA384, e) &&
	       (!plan->sha256 || digest_init(&m->file, DIGEST_SHA256, e)) &&
	       lanes_open(&m->lanes, &lp, a, e);
}

void
measure_close(struct measure **out)
{
	struct measure *m = *out;
	if (!m)
		return;
	lanes_close(&m->lanes);
	struct digest *const held[] = { &m->boot_app.all, &m->boot_app.first,
					&m->app.all,      &m->app.own,
					&m->extra.own,    &m->file };
	for (size_t i = 0; i < COUNT(held); i++)
		digest_finish(held[i]);
	*out = NULL;
}

static bool
pass(struct measure *m, enum event ev, struct err *e)
{
	if (!m->block && !lanes_block(m->lanes, &m->block, e))
		return false;
	struct what w = { .ev = ev };
	if (m->open) {
		w.type = m->type;
		w.index = m->so_far.n;
		w.ramdisk = m->type == EIF_RAMDISK ? m->ramdisks : 0;
	}
	*(struct what *)m->block->about = w;
	m->block = NULL;
	return lanes_pass(m->lanes, e);
}

/* Hands over the section data in the block being filled, if any. */
static bool
flush(struct measure *m, struct err *e)
{
	if (!m->block || m->block->n == 0)
		return true;
	struct span s = bytes_of(m->block);
	struct measured_section *now = &m->so_far.section[m->so_far.n];
	now->crc = crc32_of(now->crc, s);
	now->size += s.n;
	return pass(m, EV_DATA, e);
}

bool
measure_raw(struct measure *m, struct span s, struct err *e)
{
	ASSERT(!m->open && s.n <= RING_BYTES);
	if (!m->block && !lanes_block(m->lanes, &m->block, e))
		return false;
	if (s.n)
		memcpy(m->block->p, s.p, s.n);
	m->block->n = s.n;
	return pass(m, EV_RAW, e);
}

bool
measure_begin(struct measure *m, enum eif_type type, struct err *e)
{
	ASSERT(!m->open && m->so_far.n < EIF_SECTIONS);
	m->open = true;
	m->type = type;
	m->ramdisks += type == EIF_RAMDISK;
	ASSERT(m->ramdisks <= m->ramdisks_max);
	m->so_far.section[m->so_far.n] = (struct measured_section){ 0 };
	return pass(m, EV_BEGIN, e);
}

/* Where section data can be put, at least one byte. */
static bool
get_room(struct measure *m, uint8_t **room, size_t *left, struct err *e)
{
	if (m->block && m->block->n == RING_BYTES && !flush(m, e))
		return false;
	if (!m->block && !lanes_block(m->lanes, &m->block, e))
		return false;
	*room = m->block->p + m->block->n;
	*left = RING_BYTES - m->block->n;
	return true;
}

/* Commits n bytes written into get_room's space. */
static bool
filled(struct measure *m, size_t n, struct err *e)
{
	ASSERT(m->block && n <= RING_BYTES - m->block->n);
	m->block->n += n;
	return m->block->n < RING_BYTES || flush(m, e);
}

bool
measure_ready(const struct measure *m)
{
	/* the block being filled, the next one, and one for an event */
	return lanes_room(m->lanes) >= 3;
}

bool
measure_blob(struct measure *m, const struct blob *b,
	     const struct measure_progress *p, struct err *e)
{
	ASSERT(m->open);
	for (uint64_t at = 0; at < b->size;) {
		uint8_t *room;
		size_t n;
		if (!get_room(m, &room, &n, e))
			return false;
		if (n > b->size - at)
			n = (size_t)(b->size - at);
		if (!blob_read(b, room, n, at, e) || !filled(m, n, e))
			return false;
		at += n;
		if (p)
			progress_step(p->to, "measuring", p->before + at,
				      p->total);
	}
	return true;
}

bool
measure_end(struct measure *m, uint64_t *size, struct err *e)
{
	ASSERT(m->open);
	if (!flush(m, e) || !pass(m, EV_END, e))
		return false;
	if (size)
		*size = m->so_far.section[m->so_far.n].size;
	m->open = false;
	m->so_far.n++;
	return true;
}

static bool
finish_pcrs(struct measure *m, struct err *e)
{
	struct measured *o = &m->so_far;
	struct hash all, boot, app;
	if (!digest_final(&m->boot_app.all, &all, e) ||
	    !digest_final(&m->app.all, &app, e))
		return false;
	boot = all; /* without a ramdisk all is the boot side */
	if (m->boot_app.first.ctx &&
	    !digest_final(&m->boot_app.first, &boot, e))
		return false;
	return pcr_of_digest(&all, &o->pcr0, e) &&
	       pcr_of_digest(&boot, &o->pcr1, e) &&
	       pcr_of_digest(&app, &o->pcr2, e);
}

bool
measure_finish(struct measure *m, struct measured *out, struct err *e)
{
	ASSERT(!m->open);
	if (!lanes_finish(m->lanes, e) || !finish_pcrs(m, e))
		return false;
	if (m->file.ctx && !digest_final(&m->file, &m->so_far.sha256, e))
		return false;
	for (size_t i = 0; i < m->so_far.n; i++)
		m->so_far.section[i].digest = m->digest[i];
	*out = m->so_far;
	return true;
}
