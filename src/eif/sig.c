#include "eif/sig.h"

#include "codec/cbor.h"
#include "codec/pem.h"
#include "pcrs/pcr.h"

#define KEY_CERT  "signing_certificate"
#define KEY_SIG   "signature"
#define KEY_INDEX "register_index"
#define KEY_VALUE "register_value"

/* Room for a payload, for a COSE_Sign1. */
enum { PAYLOAD_MAX = 256, SIGN1_MAX = 1024 };

struct entry {
	struct span pem, cose;
	bool swapped;
	bool wide; /* a length or a number is longer than needed */
};

static struct entry
read_entry(struct cbor *c, struct arena *a)
{
	struct entry r = { 0 };
	cbor_map_n(c, 2);
	struct span key = cbor_text(c);
	r.swapped = span_is(key, KEY_SIG);
	cbor_check(c, r.swapped || span_is(key, KEY_CERT),
		   "another map key than expected");
	struct span first = cbor_octets(c, a);
	cbor_key(c, r.swapped ? KEY_CERT : KEY_SIG);
	struct span second = cbor_octets(c, a);
	cbor_close(c);
	r.pem = r.swapped ? second : first;
	r.cose = r.swapped ? first : second;
	return r;
}

static bool
read_entries(struct span section, unsigned options, struct arena *a,
	     struct entry *first, size_t *entries, struct err *e)
{
	struct cbor c;
	cbor_init(&c, section, options);
	cbor_array(&c);
	for (*entries = 0; cbor_more(&c); ++*entries)
		if (*entries == 0)
			*first = read_entry(&c, a);
		else
			cbor_skip(&c);
	cbor_check(&c, *entries > 0, "no signature in it");
	if (!c.r.why)
		cbor_end(&c);
	return cbor_ok(&c, e);
}

static bool
read_section(struct span section, struct arena *a, struct entry *first,
	     size_t *entries, struct err *e)
{
	struct err strict = { 0 }, lenient = { 0 };
	if (read_entries(section, CBOR_STRICT, a, first, entries, &strict))
		return true;
	if (strict.code != ERR_LIMIT &&
	    read_entries(section, CBOR_WIDE_LENIENT, a, first, entries,
			 &lenient)) {
		first->wide = true;
		return true;
	}
	*e = strict;
	return false;
}

static bool
read_payload(struct eifsig *s, struct arena *a, struct err *e)
{
	struct cbor c;
	cbor_init(&c, s->cose.payload, CBOR_STRICT);
	cbor_map_n(&c, 2);
	cbor_key(&c, KEY_INDEX);
	s->index = cbor_uint(&c);
	cbor_key(&c, KEY_VALUE);
	s->value = cbor_octets(&c, a);
	cbor_close(&c);
	cbor_end(&c);
	return cbor_ok(&c, e) || err_ctx(e, "payload");
}

/* The first block must be the certificate: OpenSSL and GnuTLS know further
 * labels, and would measure another block than we do. */
static bool
read_cert(struct eifsig *s, struct arena *a, bool *alone, struct err *e)
{
	struct pem_block b;
	struct span rest = s->pem;
	bool found;
	if (!pem_next(&rest, a, &b, &found, e))
		return false;
	if (!found || !span_is(b.label, "CERTIFICATE"))
		return err_set(e, ERR_INPUT,
			       "the certificate does not begin with a"
			       " CERTIFICATE block");
	*alone = b.before.n == 0 && span_trim(rest).n == 0;
	return x509_parse(b.der, a, &s->cert, e);
}

static void
remark(const struct eifsig *s, const struct entry *first, bool alone,
       struct notes *n)
{
	if (first->wide)
		note_warn(n, "eifsig-encoding",
			  "the signature section has numbers that are longer"
			  " than they need to be, which AWS's tools do not"
			  " write");
	if (first->swapped)
		note_warn(n, "eifsig-order",
			  "the signature comes before its certificate in the"
			  " signature section; QEMU refuses that");
	if (s->entries > 1)
		note_warn(n, "eifsig-entries",
			  "the image has %zu signatures; only the first is"
			  " ever looked at",
			  s->entries);
	if (!alone)
		note_warn(n, "eifsig-preamble",
			  "there is text around the signing certificate; it is"
			  " neither measured nor used");
	if (s->cose.tagged)
		note_warn(n, "eifsig-tag",
			  "the signature has a CBOR tag in front, which AWS's"
			  " tools do not write");
}

bool
eifsig_parse(struct span section, struct arena *a, struct eifsig *out,
	     struct notes *n, struct err *e)
{
	struct eifsig s = { 0 };
	struct entry first = { 0 };
	bool alone = false;
	if (!read_section(section, a, &first, &s.entries, e))
		return err_ctx(e, "signature section");
	s.pem = first.pem;
	if (!cose_parse(first.cose, &s.cose, e) || !read_payload(&s, a, e) ||
	    !read_cert(&s, a, &alone, e))
		return err_ctx(e, "signature section");
	if (s.cose.curve == EC_NONE)
		return err_set(e, ERR_INPUT,
			       "signature section: COSE algorithm %lld is"
			       " unknown",
			       (long long)s.cose.alg);
	remark(&s, &first, alone, n);
	*out = s;
	return true;
}

static void
put_payload(struct buf *b, struct span pcr0)
{
	cbor_put_map(b, 2);
	cbor_put_str(b, KEY_INDEX);
	cbor_put_uint(b, 0);
	cbor_put_str(b, KEY_VALUE);
	cbor_put_octets(b, pcr0);
}

bool
eifsig_check(const struct eifsig *s, struct span pcr0, enum eifsig_verdict *out,
	     struct err *e)
{
	struct err why = { 0 };
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	DEFER(buf_free) struct buf want = buf_max(PAYLOAD_MAX);
	*out = EIFSIG_FORGED;
	if (s->cert.curve == EC_NONE)
		return true;
	if (!x509_pub(&s->cert, &pub, e))
		return e->code == ERR_INPUT;
	if (!cose_verify(&s->cose, &pub, &why)) {
		if (why.code == ERR_REFUSED)
			return true;
		*e = why;
		return false;
	}
	put_payload(&want, pcr0);
	if (!buf_ok(&want, "a payload", e))
		return false;
	*out = span_eq(buf_view(&want), s->cose.payload) ? EIFSIG_GOOD
							 : EIFSIG_OTHER_IMAGE;
	return true;
}

const char *
eifsig_verdict_text(enum eifsig_verdict v)
{
	static const char *const text[] = {
		[EIFSIG_UNCHECKED] = "the signature was not checked",
		[EIFSIG_GOOD] = "the signature is good",
		[EIFSIG_FORGED] = "the signature was not made with the key of"
				  " the certificate beside it",
		[EIFSIG_OTHER_IMAGE] = "the signature was made for another"
				       " image: its PCR0 is not this one's",
	};
	return text[v];
}

bool
eifsig_tbs(enum ec_curve c, struct span pcr0, struct buf *out, struct err *e)
{
	DEFER(buf_free) struct buf h = buf_max(PAYLOAD_MAX);
	DEFER(buf_free) struct buf payload = buf_max(PAYLOAD_MAX);
	ASSERT(pcr0.n == PCR_SIZE);
	cose_put_header(&h, c);
	put_payload(&payload, pcr0);
	cose_put_tbs(out, buf_view(&h), buf_view(&payload));
	return buf_ok(&h, "a signature", e) &&
	       buf_ok(&payload, "a signature", e) &&
	       buf_ok(out, "a signature", e);
}

bool
eifsig_write(struct span pem, enum ec_curve c, struct span pcr0,
	     struct span sig, struct buf *out, struct err *e)
{
	DEFER(buf_free) struct buf h = buf_max(PAYLOAD_MAX);
	DEFER(buf_free) struct buf payload = buf_max(PAYLOAD_MAX);
	DEFER(buf_free) struct buf cose = buf_max(SIGN1_MAX);
	ASSERT(pcr0.n == PCR_SIZE);
	cose_put_header(&h, c);
	put_payload(&payload, pcr0);
	cose_put_sign1(&cose, buf_view(&h), buf_view(&payload), sig);
	cbor_put_array(out, 1);
	cbor_put_map(out, 2);
	cbor_put_str(out, KEY_CERT);
	cbor_put_octets(out, pem);
	cbor_put_str(out, KEY_SIG);
	cbor_put_octets(out, buf_view(&cose));
	return buf_ok(&h, "a signature", e) &&
	       buf_ok(&payload, "a signature", e) &&
	       buf_ok(&cose, "a signature", e) &&
	       buf_ok(out, "a signature section", e);
}
