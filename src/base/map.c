#include "base/map.h"

#include <string.h>

/* 24 bytes: trees of many files have one of these for each name. */
struct map_slot {
	const uint8_t *key;
	uint32_t key_n;
	uint32_t hash; /* never 0 in a used slot */
	void *value;
};

struct sip {
	uint64_t v[4];
};

static uint64_t
rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void
sip_round(struct sip *s)
{
	uint64_t *v = s->v;
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] = rotl(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] = rotl(v[2], 32);
}

static void
sip_word(struct sip *s, uint64_t w)
{
	s->v[3] ^= w;
	sip_round(s);
	s->v[0] ^= w;
}

/* SipHash-1-3 (Aumasson and Bernstein, 2012, with fewer rounds). */
static uint64_t
sip_hash(const uint64_t k[2], struct span in)
{
	struct sip s = { { k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d,
			   k[0] ^ 0x6c7967656e657261,
			   k[1] ^ 0x7465646279746573 } };
	uint64_t last = (uint64_t)in.n << 56;
	size_t i = 0;
	for (; i + 8 <= in.n; i += 8) {
		uint64_t w = 0;
		for (size_t j = 8; j > 0; j--)
			w = w << 8 | in.p[i + j - 1];
		sip_word(&s, w);
	}
	for (size_t j = 0; i + j < in.n; j++)
		last |= (uint64_t)in.p[i + j] << (8 * j);
	sip_word(&s, last);
	s.v[2] ^= 0xff;
	for (int j = 0; j < 3; j++)
		sip_round(&s);
	return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}

void
map_init(struct map *m, struct arena *a, const uint64_t seed[2])
{
	*m = (struct map){ .arena = a, .seed = { seed[0], seed[1] } };
}

static struct map_slot *
probe(const struct map *m, struct span key, uint32_t hash)
{
	size_t i = hash & (m->cap - 1);
	while (m->slot[i].hash &&
	       (m->slot[i].hash != hash ||
		!span_eq(span_of(m->slot[i].key, m->slot[i].key_n), key)))
		i = (i + 1) & (m->cap - 1);
	return &m->slot[i];
}

static uint32_t
key_hash(const struct map *m, struct span key)
{
	/* a bit that chooses no slot in a table of a size that is possible */
	return (uint32_t)sip_hash(m->seed, key) | (uint32_t)1 << 31;
}

void **
map_find(const struct map *m, struct span key)
{
	if (m->cap == 0)
		return NULL;
	struct map_slot *s = probe(m, key, key_hash(m, key));
	return s->hash ? &s->value : NULL;
}

void *
map_get(const struct map *m, struct span key)
{
	void **at = map_find(m, key);
	return at ? *at : NULL;
}

static void
move(struct map *to, const struct map_slot *s)
{
	size_t i = s->hash & (to->cap - 1);
	while (to->slot[i].hash)
		i = (i + 1) & (to->cap - 1);
	to->slot[i] = *s;
}

static bool
grow(struct map *m, struct err *e)
{
	struct map bigger = *m;
	bigger.cap = m->cap ? m->cap * 2 : 64;
	bigger.slot = NEW(m->arena, struct map_slot, bigger.cap);
	if (!bigger.slot)
		return err_full(e, "the table of names");
	for (size_t i = 0; i < m->cap; i++)
		if (m->slot[i].hash)
			move(&bigger, &m->slot[i]);
	arena_release(m->arena, m->slot);
	*m = bigger;
	return true;
}

bool
map_put(struct map *m, struct span key, void *value, struct err *e)
{
	ASSERT(key.n <= UINT32_MAX);
	if (m->n >= m->cap / 4 * 3 && !grow(m, e))
		return false;
	uint32_t hash = key_hash(m, key);
	struct map_slot *s = probe(m, key, hash);
	m->n += s->hash == 0;
	*s = (struct map_slot){ key.p, (uint32_t)key.n, hash, value };
	return true;
}
