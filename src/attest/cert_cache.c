#include "attest/cert_cache.h"

#include <string.h>

#include "crypto/digest.h"

/* Real certificates take 2 KiB as values; what does not fit is not kept. */
enum { ROOM = 6 * 1024 };

struct slot {
	struct cert_cached value; /* first: what is lent is its slot */
	struct cert_cache_key key;
	uint64_t used; /* the cache's count at the last use; 0: empty */
	unsigned lent;
	uint8_t room[ROOM];
};

struct cert_cache {
	struct cert_cache_lock lock;
	struct slot *slot; /* set by set */
	size_t sets;
	uint64_t uses;
};

static void
lock(struct cert_cache *c)
{
	if (c->lock.lock)
		c->lock.lock(c->lock.self);
}

static void
unlock(struct cert_cache *c)
{
	if (c->lock.unlock)
		c->lock.unlock(c->lock.self);
}

bool
cert_cache_open(struct cert_cache **out, size_t sets,
		const struct cert_cache_lock *by, struct arena *a,
		struct err *e)
{
	ASSERT(sets > 0 && sets <= SIZE_MAX / CERT_CACHE_WAYS);
	struct cert_cache *c = NEW(a, struct cert_cache, 1);
	struct slot *slot = NEW(a, struct slot, sets * CERT_CACHE_WAYS);
	if (!c || !slot)
		return err_full(e, "a cache of certificates");
	*c = (struct cert_cache){ .slot = slot, .sets = sets };
	if (by)
		c->lock = *by;
	*out = c;
	return true;
}

void
cert_cache_close(struct cert_cache **c)
{
	if (!*c)
		return;
	for (size_t i = 0; i < (*c)->sets * CERT_CACHE_WAYS; i++) {
		ASSERT((*c)->slot[i].lent == 0);
		ec_pub_finish(&(*c)->slot[i].value.pub);
	}
	*c = NULL;
}

bool
cert_cache_keys(const struct span *der, size_t n, struct cert_cache_key *out,
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

/* The CERT_CACHE_WAYS slots where a key may be. */
static struct slot *
set_of(struct cert_cache *c, const struct cert_cache_key *key)
{
	uint64_t n;
	memcpy(&n, key->v, sizeof(n));
	return &c->slot[n % c->sets * CERT_CACHE_WAYS];
}

static struct slot *
find(struct cert_cache *c, const struct cert_cache_key *key)
{
	struct slot *s = set_of(c, key);
	for (size_t i = 0; i < CERT_CACHE_WAYS; i++)
		if (s[i].used &&
		    memcmp(s[i].key.v, key->v, sizeof(key->v)) == 0)
			return &s[i];
	return NULL;
}

void
cert_cache_lend(struct cert_cache *c, const struct cert_cache_key *key,
		size_t n, const struct cert_cached **out)
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
cert_cache_return(struct cert_cache *c, const struct cert_cached *const *v,
		  size_t n)
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
make_room(struct cert_cache *c, const struct cert_cache_key *key)
{
	struct slot *s = set_of(c, key), *oldest = NULL;
	for (size_t i = 0; i < CERT_CACHE_WAYS; i++)
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
cert_cache_keep(struct cert_cache *c, const struct cert_cache_key *key,
		const struct x509 *x, const struct ec_pub *pub)
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
