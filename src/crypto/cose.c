#include "crypto/cose.h"

#include "base/limits.h"
#include "codec/cbor.h"

enum { TAG_SIGN1 = 18, HEADER_ALG = 1, BEFORE_MAX = 64 };

static const struct {
	int64_t alg;
	const char *name;
} algs[EC_CURVES] = {
	[EC_NONE] = { 0, NULL },
	[EC_P256] = { -7, "ES256" },
	[EC_P384] = { -35, "ES384" },
	[EC_P521] = { -36, "ES512" },
};

const char *
cose_alg_name(enum ec_curve c)
{
	return algs[c].name;
}

static enum ec_curve
curve_for(int64_t alg)
{
	for (unsigned c = EC_P256; c < COUNT(algs); c++)
		if (algs[c].alg == alg)
			return (enum ec_curve)c;
	return EC_NONE;
}

static bool
parse_header(struct cose_sign1 *s, struct err *e)
{
	struct cbor c;
	cbor_init(&c, s->header, CBOR_STRICT);
	cbor_map_n(&c, 1);
	cbor_check(&c, cbor_int(&c) == HEADER_ALG, "not the key of alg");
	s->alg = cbor_int(&c);
	cbor_close(&c);
	cbor_end(&c);
	s->curve = curve_for(s->alg);
	return cbor_ok(&c, e) || err_ctx(e, "COSE protected header");
}

bool
cose_parse(struct span in, struct cose_sign1 *out, struct err *e)
{
	struct cbor c;
	struct cose_sign1 s = { 0 };
	cbor_init(&c, in, CBOR_STRICT);
	s.tagged = cbor_tag_if(&c, TAG_SIGN1);
	cbor_array_n(&c, 4);
	s.header = cbor_bytes(&c);
	cbor_map_n(&c, 0);
	cbor_close(&c);
	s.payload = cbor_bytes(&c);
	s.sig = cbor_bytes(&c);
	cbor_close(&c);
	cbor_end(&c);
	if (!cbor_ok(&c, e))
		return err_ctx(e, "COSE_Sign1");
	if (!parse_header(&s, e))
		return false;
	*out = s;
	return true;
}

/* What stands before n bytes of payload in what is signed. */
static void
put_before(struct buf *b, struct span header, size_t n)
{
	cbor_put_array(b, 4);
	cbor_put_str(b, "Signature1");
	cbor_put_bytes(b, header);
	cbor_put_bytes(b, SPAN(""));
	cbor_put_bytes_head(b, n);
}

void
cose_put_tbs(struct buf *b, struct span header, struct span payload)
{
	put_before(b, header, payload.n);
	buf_span(b, payload);
}

void
cose_put_header(struct buf *b, enum ec_curve c)
{
	ASSERT(c != EC_NONE);
	cbor_put_map(b, 1);
	cbor_put_uint(b, HEADER_ALG);
	cbor_put_int(b, algs[c].alg);
}

void
cose_put_sign1(struct buf *b, struct span header, struct span payload,
	       struct span sig)
{
	cbor_put_array(b, 4);
	cbor_put_bytes(b, header);
	cbor_put_map(b, 0);
	cbor_put_bytes(b, payload);
	cbor_put_bytes(b, sig);
}

bool
cose_verify(const struct cose_sign1 *s, const struct ec_pub *k, struct err *e)
{
	if (s->curve == EC_NONE)
		return err_set(e, ERR_REFUSED, "COSE algorithm %lld is unknown",
			       (long long)s->alg);
	if (s->curve != k->curve)
		return err_set(e, ERR_REFUSED,
			       "COSE algorithm %s does not go with a %s key",
			       cose_alg_name(s->curve),
			       ec_curve_name(k->curve));
	uint8_t room[BEFORE_MAX];
	struct buf before = buf_over(room, sizeof(room));
	put_before(&before, s->header, s->payload.n);
	struct span signed_bytes[] = { buf_view(&before), s->payload };
	struct hash h;
	return buf_ok(&before, "the bytes that are signed", e) &&
	       digest_of(ec_digest(k->curve), signed_bytes, 2, &h, e) &&
	       ec_verify_digest(k, hash_span(&h), s->sig, e);
}
