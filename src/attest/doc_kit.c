#include "attest/doc_kit.h"

#include <string.h>

#include "base/calendar.h"
#include "codec/cbor.h"
#include "codec/der.h"
#include "codec/hex.h"
#include "crypto/cose.h"
#include "crypto/digest.h"
#include "keys/sign.h"

enum { ROOM = 65536, HOUR = 3600, DAY = 86400 };

static struct span
keep(struct arena *a, struct buf *b)
{
	ASSERT(!b->failed);
	struct span s = arena_dup(a, buf_view(b));
	buf_clear(b);
	ASSERT(s.p || s.n == 0);
	return s;
}

struct span
kit_hex(struct arena *a, const char *hex)
{
	struct span out;
	struct err e = { 0 };
	bool ok = hex_parse(span_str(hex), a, &out, &e);
	ASSERT(ok);
	return out;
}

/* Tag, length, value. */
static struct span
tlv(struct arena *a, uint8_t tag, struct span v)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	der_put(&b, tag, v);
	return keep(a, &b);
}

static struct span
join(struct arena *a, const struct span *v, size_t n)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	for (size_t i = 0; i < n; i++)
		buf_span(&b, v[i]);
	return keep(a, &b);
}

#define JOIN(a, ...)                              \
	join((a), (struct span[]){ __VA_ARGS__ }, \
	     sizeof((struct span[]){ __VA_ARGS__ }) / sizeof(struct span))
#define SEQ(a, ...) tlv((a), DER_SEQUENCE, JOIN((a), __VA_ARGS__))

/* C=US, O=Veraclave tests, CN=name */
static struct span
name(struct arena *a, const char *cn)
{
	struct span country = kit_hex(a, "310b3009060355040613025553");
	struct span type = kit_hex(a, "0603550403");
	if (!cn)
		return SEQ(a, SPAN(""));
	struct span text = tlv(a, DER_UTF8, span_str(cn));
	return SEQ(a, country, tlv(a, DER_SET, SEQ(a, type, text)));
}

/* GeneralizedTime would be right after 2049 only; tests stay before. */
static struct span
utc_time(struct arena *a, const struct kit_cert *c, int64_t t)
{
	bool general = c->odd & KIT_TIME_GENERAL;
	struct calendar at = calendar_of(t);
	char *text = arena_fmt(a, "%04u%02u%02u%02u%02u%02u", (unsigned)at.year,
			       at.month, at.day, at.hour, at.minute, at.second);
	struct span digits = span_from(span_str(text), general ? 0 : 2);
	if (c->odd & KIT_TIME_SHORT)
		digits.n -= 2;
	return tlv(a, general ? DER_TIME : DER_UTC_TIME,
		   JOIN(a, digits,
			c->odd & KIT_TIME_ZONE ? SPAN("+0000") : SPAN("Z")));
}

static struct span
key_info(struct arena *a, const struct kit_cert *c)
{
	const struct kit_key *k = &kit_keys[c->key];
	static const char *const algs[EC_CURVES] = {
		[EC_P256] = "301306072a8648ce3d020106082a8648ce3d030107",
		[EC_P384] = "301006072a8648ce3d020106052b81040022",
		[EC_P521] = "301006072a8648ce3d020106052b81040023",
	};
	const char *alg = algs[k->curve];
	if (c->odd & KIT_NO_NAMED_CURVE)
		alg = "300906072a8648ce3d0201";
	struct span point = kit_hex(a, k->point);
	return SEQ(a, kit_hex(a, alg),
		   tlv(a, DER_BITS, JOIN(a, SPAN("\0"), point)));
}

static struct span
extension(struct arena *a, const char *oid, bool critical, struct span value)
{
	struct span yes = critical ? SPAN("\x01\x01\xff") : SPAN("");
	return SEQ(a, kit_hex(a, oid), yes, tlv(a, DER_OCTETS, value));
}

static struct span
basic(struct arena *a, const struct kit_cert *c)
{
	uint8_t len = (uint8_t)c->pathlen;
	struct span yes = c->ca > 0 ? SPAN("\x01\x01\xff") : SPAN("");
	struct span n = c->pathlen < 0 ? SPAN("")
				       : tlv(a, DER_INTEGER, span_of(&len, 1));
	if (c->odd & KIT_BASIC_BROKEN)
		n = SPAN("\x04\x01\x00");
	return extension(a, "0603551d13", !(c->odd & KIT_BASIC_UNCRITICAL),
			 SEQ(a, yes, n));
}

/* Twenty bytes for each key, as digests of them have. */
static struct span
key_ids(struct arena *a, const struct kit_cert *c)
{
	uint8_t own[20], other[20];
	bool wrong = c->odd & KIT_KEY_ID_OTHER;
	memset(own, 0x10 + (int)c->key, sizeof(own));
	memset(other, (wrong ? 0x20 : 0x10) + (int)c->signer, sizeof(other));
	return JOIN(a,
		    extension(a, "0603551d0e", false,
			      tlv(a, DER_OCTETS, span_of(own, sizeof(own)))),
		    extension(a, "0603551d23", false,
			      SEQ(a, tlv(a, DER_CONTEXT,
					 span_of(other, sizeof(other))))));
}

static struct span
extensions(struct arena *a, const struct kit_cert *c)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	uint8_t usage[] = { 0, (uint8_t)c->usage };
	if (c->ca >= 0)
		buf_span(&b, basic(a, c));
	if (c->odd & KIT_BASIC_TWICE)
		buf_span(&b, basic(a, c));
	if (c->usage >= 0)
		buf_span(&b, extension(a, "0603551d0f", c->ca > 0,
				       tlv(a, DER_BITS, span_of(usage, 2))));
	if (c->odd & (KIT_CRITICAL | KIT_UNCRITICAL))
		buf_span(&b, extension(a, "06042a030405", c->odd & KIT_CRITICAL,
				       SPAN("\x05\x00")));
	if (c->odd & KIT_KEY_IDS)
		buf_span(&b, key_ids(a, c));
	buf_span(&b, c->more);
	struct span all = tlv(a, DER_SEQUENCE, keep(a, &b));
	return c->version == 3 ? tlv(a, DER_CONSTRUCTED | 3, all) : SPAN("");
}

/* r and s over a message by one of the kit's keys. */
static struct ec_sig
sign(struct arena *a, enum kit_name by, struct span message)
{
	const struct kit_key *k = &kit_keys[by];
	struct err e = { 0 };
	struct ec_sig sig;
	DEFER(sign_key_finish) struct sign_key key = { 0 };
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	bool ok = sign_key_from_pem(&key, span_str(k->pem), SPAN(""), &e) &&
		  ec_pub_from_point(&pub, k->curve, kit_hex(a, k->point), &e) &&
		  sign_message(&key, &pub, message, &sig, &e);
	ASSERT(ok);
	return sig;
}

struct span
kit_make_cert(struct arena *a, const struct kit_cert *c)
{
	static const char sha384[] = "300a06082a8648ce3d040303";
	static const char sha256[] = "300a06082a8648ce3d040302";
	struct err e = { 0 };
	const char *alg = c->odd & KIT_SHA256 ? sha256 : sha384;
	const char *in = c->odd & KIT_ALG_DIFFERS ? sha256 : alg;
	struct span version =
		c->version == 3 ? kit_hex(a, "a003020102") : SPAN("");
	struct span tbs =
		SEQ(a, version, tlv(a, DER_INTEGER, kit_hex(a, c->serial)),
		    kit_hex(a, in), name(a, c->issuer),
		    SEQ(a, utc_time(a, c, c->not_before),
			utc_time(a, c, c->not_after)),
		    name(a, c->subject), key_info(a, c), extensions(a, c));
	struct ec_sig sig = sign(a, c->signer, tbs);
	if (c->odd & KIT_BAD_SIGNATURE)
		sig.v[sig.n - 1] ^= 1;
	struct span der = { 0 };
	bool ok = ec_sig_to_der(kit_keys[c->signer].curve, ec_sig_span(&sig), a,
				&der, &e);
	ASSERT(ok);
	return SEQ(a, tbs, kit_hex(a, alg),
		   tlv(a, DER_BITS, JOIN(a, SPAN("\0"), der)));
}

void
kit_chain(struct kit_cert c[KIT_CHAIN])
{
	static const struct {
		const char *cn;
		int64_t before, after;
		int pathlen;
	} rows[KIT_CHAIN] = {
		{ "aws.nitro-enclaves", 2000 * DAY, 7000 * DAY, -1 },
		{ "0a.us-east-1.aws.nitro-enclaves", 5 * DAY, 15 * DAY, 2 },
		{ "0b.zonal.us-east-1.aws.nitro-enclaves", 2 * DAY, 3 * DAY,
		  1 },
		{ "i-0123456789abcdef0.us-east-1.aws.nitro-enclaves", 12 * HOUR,
		  12 * HOUR, 0 },
		{ KIT_MODULE ".us-east-1.aws", HOUR, 2 * HOUR + 3, -1 },
	};
	for (size_t i = 0; i < KIT_CHAIN; i++) {
		bool leaf = i == KIT_LEAF;
		c[i] = (struct kit_cert){
			.subject = rows[i].cn,
			.issuer = rows[i ? i - 1 : 0].cn,
			.key = (enum kit_name)i,
			.signer = (enum kit_name)(i ? i - 1 : 0),
			.not_before = KIT_NOW - rows[i].before,
			.not_after = KIT_NOW + rows[i].after,
			.version = 3,
			.ca = !leaf,
			.pathlen = rows[i].pathlen,
			.usage = leaf ? 0xc0 : 0x86,
			.serial = leaf ? "0198f1c4a2b3c4d5" : "11",
		};
	}
}

struct span
kit_bytes(struct arena *a, struct span s)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	cbor_put_bytes(&b, s);
	return keep(a, &b);
}

struct span
kit_text(struct arena *a, const char *s)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	cbor_put_str(&b, s);
	return keep(a, &b);
}

struct span
kit_list(struct arena *a, const struct span *v, size_t n)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	cbor_put_array(&b, n);
	for (size_t i = 0; i < n; i++)
		cbor_put_bytes(&b, v[i]);
	return keep(a, &b);
}

struct span
kit_pcr(struct arena *a, unsigned i)
{
	static const uint8_t zeros[48];
	static const bool set[16] = {
		[0] = true, [1] = true, [2] = true, [3] = true, [8] = true
	};
	struct span in[] = { span_of(zeros, 48), SPAN("i-0123456789abcdef0") };
	struct err e = { 0 };
	struct hash h = { .n = 48 };
	bool ok = true;
	if (i == 4)
		ok = digest_of(DIGEST_SHA384, in, 2, &h, &e);
	else if (set[i])
		memset(h.v, 0x10 + (int)i, 48);
	ASSERT(ok);
	struct span s = arena_dup(a, hash_span(&h));
	ASSERT(s.p);
	return s;
}

static struct span
pcrs(struct arena *a)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	cbor_put_map(&b, 16);
	for (unsigned i = 0; i < 16; i++) {
		cbor_put_uint(&b, i);
		cbor_put_bytes(&b, kit_pcr(a, i));
	}
	return keep(a, &b);
}

void
kit_doc(struct arena *a, const struct kit_cert *c, size_t n, struct kit_doc *d)
{
	struct span cert[16];
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	ASSERT(n && n <= COUNT(cert));
	for (size_t i = 0; i < n; i++)
		cert[i] = kit_make_cert(a, &c[i]);
	cbor_put_uint(&b, (uint64_t)KIT_NOW * 1000 - 5000);
	*d = (struct kit_doc){
		.field = {
			[KIT_MODULE_ID] = kit_text(a, KIT_MODULE),
			[KIT_DIGEST] = kit_text(a, "SHA384"),
			[KIT_TIMESTAMP] = keep(a, &b),
			[KIT_PCRS] = pcrs(a),
			[KIT_CERTIFICATE] = kit_bytes(a, cert[n - 1]),
			[KIT_CABUNDLE] = kit_list(a, cert, n - 1),
			[KIT_PUBLIC_KEY] = kit_hex(a, "f6"),
			[KIT_USER_DATA] = kit_bytes(a, SPAN("data")),
			[KIT_NONCE] = kit_bytes(a, SPAN("nonce")),
		},
		.header = SPAN("\xa1\x01\x38\x22"),
		.unprotected = SPAN("\xa0"),
		.signer = c[n - 1].key,
	};
}

static struct span
payload(struct arena *a, const struct kit_doc *d)
{
	static const char *const key[KIT_FIELDS] = {
		"module_id", "digest",     "timestamp", "pcrs",  "certificate",
		"cabundle",  "public_key", "user_data", "nonce",
	};
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	size_t n = d->extra.n > 0;
	for (size_t i = 0; i < KIT_FIELDS; i++)
		n += d->field[i].n > 0;
	if (d->definite)
		cbor_put_map(&b, n);
	else
		cbor_put_map_open(&b);
	for (size_t i = 0; i < KIT_FIELDS; i++) {
		size_t f = d->reversed ? KIT_FIELDS - 1 - i : i;
		if (d->field[f].n == 0)
			continue;
		cbor_put_str(&b, key[f]);
		buf_span(&b, d->field[f]);
	}
	buf_span(&b, d->extra);
	if (!d->definite)
		cbor_put_break(&b);
	return keep(a, &b);
}

/* s becomes n - s, when that makes it the one of the two that was asked. */
static void
set_high(struct ec_sig *sig, bool high)
{
	static const uint8_t order[48] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37,
		0x2d, 0xdf, 0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a,
		0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73
	};
	unsigned borrow = 0;
	if (sig->n != 96 || (sig->v[48] >= 0x80) == high)
		return;
	for (size_t i = 48; i-- > 0;) {
		unsigned v = 0x100U + order[i] - sig->v[48 + i] - borrow;
		sig->v[48 + i] = (uint8_t)v;
		borrow = v < 0x100;
	}
}

static struct span
signature(struct arena *a, const struct kit_doc *d, struct span body)
{
	DEFER(buf_free) struct buf tbs = buf_max(ROOM);
	struct err e = { 0 };
	struct span der = { 0 };
	cose_put_tbs(&tbs, d->header, body);
	struct ec_sig sig = sign(a, d->signer, buf_view(&tbs));
	set_high(&sig, d->high_s);
	if (!d->der)
		return arena_dup(a, ec_sig_span(&sig));
	bool ok = ec_sig_to_der(EC_P384, ec_sig_span(&sig), a, &der, &e);
	ASSERT(ok);
	return der;
}

struct span
kit_make_doc(struct arena *a, const struct kit_doc *d)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	struct span body = d->payload.n ? d->payload : payload(a, d);
	struct span sig = d->signature.n ? d->signature : signature(a, d, body);
	for (unsigned i = 0; i < d->tags; i++)
		cbor_put_tag(&b, 18);
	cbor_put_array(&b, d->items ? d->items : 4);
	cbor_put_bytes(&b, d->header);
	buf_span(&b, d->unprotected);
	if (d->nil)
		cbor_put_null(&b);
	else
		cbor_put_bytes(&b, body);
	cbor_put_bytes(&b, sig);
	if (d->items == 5)
		cbor_put_null(&b);
	buf_span(&b, d->behind);
	return keep(a, &b);
}
