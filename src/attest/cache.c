#include "attest/cache.h"

#include <string.h>

#include "crypto/digest.h"

/* Real certificates take 2 KiB as values; what does not fit is not kept. */
enum { ROOM = 6 * 1024 };

struct slot {
	struct cached value; /* first: what is lent is its slot */
	struct cache_key key;
	uint64_t used; /* the cache's count at the last use; 0: empty */
	unsigned lent;
	uint8_t room[ROOM];
};

struct cache {
	struct cache_lock lock;
	struct slot *slot; /* set by set */
	size_t sets;
	uint64_t uses;
};

static void
lock(struct cache *c)
{
	if (c->lock.lock)
		c->lock.lock(c->lock.self);
}

static void
unlock(struct cache *c)
{
	if (c->lock.unlock)
		c->lock.unlock(c->lock.self);
}

bool
cache_open(struct cache **out, size_t sets, const struct cache_lock *by,
	   struct arena *a, struct err *e)
{
	ASSERT(sets > 0 && sets <= SIZE_MAX / CACHE_WAYS);
	struct cache *c = NEW(a, struct cache, 1);
	struct slot *slot = NEW(a, struct slot, sets * CACHE_WAYS);
	if (!c || !slot)
		return err_full(e, "a cache of certificates");
	*c = (struct cache){ .slot = slot, .sets = sets };
	if (by)
		c->lock = *by;
	*out = c;
	return true;
}

void
cache_close(struct cache **c)
{
	if (!*c)
		return;
	for (size_t i = 0; i < (*c)->sets * CACHE_WAYS; i++) {
		ASSERT((*c)->slot[i].lent == 0);
		ec_pub_finish(&(*c)->slot[i].value.pub);
	}
	*c = NULL;
}

bool
cache_keys(const struct span *der, size_t n, struct cache_key *out,
	   struct err *e)
{
	struct hash h = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct span in[] = { hash_span(&h), der[i] };
		struct hash next;
		if (!digest_of(DIGEST_SHA256, in, 2, &next, e))
			return false;
		h = next;
		memcpy(out[i].v, h.v, sizeof(out[i].v));
	}
	return true;
}

/* The CACHE_WAYS slots where a key may be. */
static struct slot *
set_of(struct cache *c, const struct cache_key *key)
{
	uint64_t n;
	memcpy(&n, key->v, sizeof(n));
	return &c->slot[n % c->sets * CACHE_WAYS];
}

static struct slot *
find(struct cache *c, const struct cache_key *key)
{
	struct slot *s = set_of(c, key);
	for (size_t i = 0; i < CACHE_WAYS; i++)
		if (s[i].used &&
		    memcmp(s[i].key.v, key->v, sizeof(key->v)) == 0)
			return &s[i];
	return NULL;
}

void
cache_lend(struct cache *c, const struct cache_key *key, size_t n,
	   const struct cached **out)
{
	lock(c);
	for (size_t i = 0; i < n; i++) {
		struct slot *s = find(c, &key[i]);
		out[i] = s ? &s->value : NULL;
		if (!s)
			continue;
		s->lent++;
		s->used = ++c->uses;
	}
	unlock(c);
}

void
cache_return(struct cache *c, const struct cached *const *v, size_t n)
{
	lock(c);
	for (size_t i = 0; i < n; i++) {
		struct slot *s = (struct slot *)(uintptr_t)v[i];
		if (!s)
			continue;
		ASSERT(s->lent > 0);
		s->lent--;
	}
	unlock(c);
}

/* An empty slot, or the one that was used longest ago and is not lent. */
static struct slot *
make_room(struct cache *c, const struct cache_key *key)
{
	struct slot *s = set_of(c, key), *oldest = NULL;
	for (size_t i = 0; i < CACHE_WAYS; i++)
		if (s[i].lent == 0 && (!oldest || s[i].used < oldest->used))
			oldest = &s[i];
	return oldest;
}

static void
fill(struct slot *s, const struct x509 *x, const struct ec_pub *pub)
{
	struct arena a;
	struct err e = { 0 };
	s->used = 0;
	ec_pub_finish(&s->value.pub);
	arena_over(&a, s->room, sizeof(s->room));
	if (x509_copy(x, &a, &s->value.cert, &e) &&
	    ec_pub_share(&s->value.pub, pub))
		s->used = 1;
}

void
cache_keep(struct cache *c, const struct cache_key *key, const struct x509 *x,
	   const struct ec_pub *pub)
{
	lock(c);
	struct slot *s = find(c, key) ? NULL : make_room(c, key);
	if (s) {
		fill(s, x, pub);
		s->key = *key;
		if (s->used)
			s->used = ++c->uses;
	}
	unlock(c);
}
