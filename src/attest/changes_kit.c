#include "attest/changes_kit.h"

#include <string.h>

#include "crypto/digest.h"

enum { DAY = 86400, CACHE = 1024 };

static const int64_t shifts[] = {
	0,   1,    -1,        2,          -2,         60,          -60,
	DAY, -DAY, 100 * DAY, -100 * DAY, 8000 * DAY, -8000 * DAY,
};

static const char *const names[] = {
	"aws.nitro-enclaves",
	"0a.us-east-1.aws.nitro-enclaves",
	"0b.zonal.us-east-1.aws.nitro-enclaves",
	"i-0123456789abcdef0.us-east-1.aws.nitro-enclaves",
	"i-0123456789abcdef0-enc0198f1c4a2b3c4d5.us-east-1.aws",
	NULL,
	"",
	"AWS.nitro-enclaves",
	" aws.nitro-enclaves",
	"aws.nitro-enclaves\n",
};

/* Extensions: what they are, whether critical, and a value that is right or
 * not. Only those that other readers know bind anybody. */
static const char *const extensions[] = {
	/* nameConstraints: DNS, the same critical, a directory name, excluded,
	   garbage */
	"30100603551d1e04093007a0053003820161",
	"30130603551d1e0101ff04093007a0053003820161",
	"301d0603551d1e04163014a0123010a40e300c310a3008060355040a0c0178",
	"301d0603551d1e04163014a1123010a40e300c310a3008060355040a0c0178",
	"300a0603551d1e0403040100",
	/* extKeyUsage: serverAuth, any, empty, garbage, critical */
	"30130603551d25040c300a06082b06010505070301",
	"300f0603551d25040830060604551d2500",
	"30090603551d2504023000",
	"300a0603551d250403040100",
	"30160603551d250101ff040c300a06082b06010505070301",
	/* subjectAltName: DNS, empty, garbage, critical; issuerAltName */
	"300c0603551d1104053003820161",
	"30090603551d1104023000",
	"300a0603551d110403040100",
	"300f0603551d110101ff04053003820161",
	"300c0603551d1204053003820161",
	/* key identifiers: garbage, one that is critical, serial without issuer
	 */
	"300a0603551d230403040100",
	"300a0603551d0e0403040100",
	"30090603551d0e04023000",
	"300e0603551d0e0101ff040404026162",
	"300c0603551d2304053003820101",
	"301e0603551d2304173015a110a40e300c310a3008060355040a0c0178820101",
	/* CRL distribution points: garbage, empty; certificate policies */
	"300a0603551d1f0403040100",
	"30090603551d1f04023000",
	"30110603551d20040a300830060604551d2000",
	"300a0603551d200403040100",
	/* policyConstraints, inhibitAnyPolicy, policyMappings, and with garbage
	 */
	"300c0603551d2404053003800100",
	"300a0603551d360403020100",
	"300a0603551d210403040100",
	"300a0603551d240403020100",
	/* proxyCertInfo, certificate type of Netscape twice, OCSP no check */
	"301d06082b0601050507010e0411300f020100300a06082b06010505071501",
	"301106096086480186f8420101040403020780",
	"301106096086480186f8420101040403020001",
	"300f06092b060105050730010504020500",
	/* issuing distribution point, freshest CRL, AS numbers, addresses */
	"30090603551d1c04023000",
	"30090603551d2e04023000",
	"300e06082b0601050507010804023000",
	"300e06082b0601050507010704023000",
	"300e06082b0601050507010704023100",
	"301606082b06010505070107040a30083006040200010500",
	/* directory attributes, key usage period, TLS feature, authority access
	 */
	"30090603551d0904023000",
	"30090603551d1004023000",
	"300f06082b060105050701180403020105",
	"300e06082b0601050507010104023000",
	"300f06082b060105050701010403040100",
	/* basicConstraints and keyUsage again, in other forms */
	"300c0603551d13040530030101ff",
	"300c0603551d1304053003020100",
	"300d0603551d0f0406030401020304",
	"300b0603551d0f040403020000",
	/* one that nobody knows, and with an empty value */
	"300906032a030404020500",
	"300706032a03050400",
};

static void
add_extension(struct changed *p, struct kit_cert *c, uint8_t v)
{
	struct span one = kit_hex(&p->a, extensions[v % COUNT(extensions)]);
	DEFER(buf_free) struct buf b = buf_max(1024);
	buf_span(&b, c->more);
	buf_span(&b, one);
	if (!b.failed)
		c->more = arena_dup(&p->a, buf_view(&b));
	ASSERT(c->more.p);
}

/* Changes of the list as a whole. */
static void
change_list(struct changed *p, unsigned what, size_t i, uint8_t v)
{
	size_t k = v % p->n;
	struct kit_cert one = p->c[i];
	switch (what) {
	case 0:
		p->c[i] = p->c[k];
		p->c[k] = one;
		return;
	case 1:
		if (p->n > 2) {
			memmove(&p->c[i], &p->c[i + 1],
				(p->n - i - 1) * sizeof(one));
			p->n--;
		}
		return;
	case 2:
		if (p->n < CHANGED_CERTS) {
			memmove(&p->c[k + 1], &p->c[k],
				(p->n - k) * sizeof(one));
			p->c[k] = one;
			p->n++;
		}
		return;
	default:
		if (p->flips < CHANGED_FLIPS) {
			p->flip[p->flips].cert = i;
			p->flip[p->flips].at = (size_t)v * 3 + what % 3;
			p->flip[p->flips++].bits = (uint8_t)(1 << what % 8);
		}
		return;
	}
}

/* Changes that keep neighbours together: a new name, a new key, and an issuer
 * for the certificate behind a gap. */
static void
change_pair(struct changed *p, unsigned what, size_t i, uint8_t v)
{
	struct kit_cert *c = &p->c[i], *next = i + 1 < p->n ? c + 1 : NULL;
	switch (what) {
	case 0:
		c->subject = names[v % COUNT(names)];
		if (next)
			next->issuer = c->subject;
		return;
	case 1:
		c->key = (enum kit_name)(v % KIT_KEYS);
		if (next)
			next->signer = c->key;
		return;
	case 2:
		if (i > 0) {
			c->issuer = p->c[i - 1].subject;
			c->signer = p->c[i - 1].key;
		}
		return;
	default:
		for (size_t k = 0; k < p->n; k++)
			p->c[k].odd |= KIT_KEY_IDS;
		return;
	}
}

static void
change_one(struct changed *p, unsigned what, struct kit_cert *c, uint8_t v)
{
	int64_t shift = shifts[v % COUNT(shifts)];
	switch (what) {
	case 0:
		c->version = v & 1 ? 3 : 1;
		return;
	case 1:
		c->ca = v % 3 - 1;
		return;
	case 2:
		c->pathlen = (int)v - 1;
		return;
	case 3:
		c->usage = v == 0x3f ? -1 : v;
		return;
	case 4:
		c->not_before = KIT_NOW + shift;
		return;
	case 5:
		c->not_after = KIT_NOW + shift;
		return;
	case 6:
		c->subject = names[v % COUNT(names)];
		return;
	case 7:
		c->issuer = names[v % COUNT(names)];
		return;
	case 8:
		c->key = (enum kit_name)(v % KIT_KEYS);
		return;
	case 9:
		c->signer = (enum kit_name)(v % KIT_KEYS);
		return;
	case 10:
		c->odd ^= 1U << v % 14;
		return;
	case 11:
		c->serial = v & 1 ? "00" : "ff";
		return;
	case 12:
		p->at = KIT_NOW + shift;
		return;
	default:
		add_extension(p, c, v);
		return;
	}
}

static void
change(struct changed *p, const uint8_t b[3])
{
	size_t i = b[1] % p->n;
	unsigned what = b[0] % 32;
	if (what < 20)
		change_one(p, what, &p->c[i], b[2]);
	else if (what < 26)
		change_pair(p, (what - 20) % 4, i, b[2]);
	else
		change_list(p, what - 26, i, b[2]);
}

/* Certificates that were made before, by what they say: a signature costs more
 * than all the rest. */
static struct arena kept;
static struct {
	struct hash says;
	struct span der;
} cache[CACHE];

static struct hash
says(struct arena *a, const struct kit_cert *c)
{
	struct hash h;
	struct err e = { 0 };
	const char *s = c->subject, *i = c->issuer;
	struct span in[] = {
		span_str(arena_fmt(a, "%d %d %lld %lld %u %d %d %d %u %s",
				   (int)c->key, (int)c->signer,
				   (long long)c->not_before,
				   (long long)c->not_after, c->version, c->ca,
				   c->pathlen, c->usage, c->odd, c->serial)),
		s ? span_str(s) : SPAN("-"),
		span_of(i ? "\1" : "\0", 1),
		i ? span_str(i) : SPAN("-"),
		span_of(s ? "\1" : "\0", 1),
		c->more,
	};
	bool ok = digest_of(DIGEST_SHA256, in, COUNT(in), &h, &e);
	ASSERT(ok);
	return h;
}

static struct span
cert(struct arena *a, const struct kit_cert *c)
{
	struct hash h = says(a, c);
	size_t slot = (h.v[0] * 256U + h.v[1]) % CACHE;
	if (!cache[slot].der.n ||
	    !hash_equal(hash_span(&cache[slot].says), hash_span(&h))) {
		cache[slot].says = h;
		cache[slot].der = arena_dup(&kept, kit_make_cert(a, c));
		ASSERT(cache[slot].der.p);
	}
	return cache[slot].der;
}

static struct span
made(struct changed *p, size_t i)
{
	struct span der = cert(&p->a, &p->c[i]);
	for (size_t k = 0; k < p->flips; k++) {
		if (p->flip[k].cert != i || p->flip[k].at >= der.n)
			continue;
		uint8_t *copy = NEW(&p->a, uint8_t, der.n);
		ASSERT(copy);
		memcpy(copy, der.p, der.n);
		copy[p->flip[k].at] ^= p->flip[k].bits;
		der = span_of(copy, der.n);
	}
	return der;
}

void
changes(struct span in, struct changed *p, struct doc *d)
{
	*p = (struct changed){ .n = KIT_CHAIN, .at = KIT_NOW };
	*d = (struct doc){ 0 };
	kit_chain(p->c);
	for (size_t i = 0; i < CHANGES_MAX && in.n >= 3; i++) {
		change(p, in.p);
		in = span_from(in, 3);
	}
	for (size_t i = 0; i + 1 < p->n; i++)
		d->bundle[i] = made(p, i);
	d->nbundle = p->n - 1;
	d->certificate = made(p, p->n - 1);
}

void
changes_finish(struct changed *p)
{
	arena_finish(&p->a);
}

void
changes_forget(void)
{
	memset(cache, 0, sizeof(cache));
	arena_finish(&kept);
}
