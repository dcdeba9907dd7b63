#include "attest/doc.h"

#include "attest/reasons.h"
#include "base/fmt.h"
#include "codec/cbor.h"

enum { TAG_SIGN1 = 18, HEADER_ALG = 1, ALG_QEMU = -1, ALG_ES384 = -35 };
enum { SIG_SIZE = 96, OPEN_ARRAY = 0x9f, OPEN_MAP = 0xbf };

/* A CBOR reader that knows which rule is being looked at: the rule of the
 * first failure stays. */
struct walk {
	struct cbor c;
	const char *id;
	bool inside; /* bytes within a field: their end is not the document's */
	struct doc *doc;
};

static void
rule(struct walk *w, const char *id)
{
	if (!w->c.r.why)
		w->id = id;
}

static void
check(struct walk *w, const char *id, bool ok, const char *why)
{
	rule(w, id);
	cbor_check(&w->c, ok, why);
}

/* Failures that are the encoding's whatever was being read. */
static const char *
general(enum rd_fault fault, const char *id)
{
	static const char *const ids[] = {
		[RD_TRUNCATED] = "doc-truncated",
		[RD_TRAILING] = "doc-trailing",
		[RD_ENCODING] = "doc-encoding",
		[RD_TWICE] = "doc-key-twice",
	};
	bool own = fault < COUNT(ids) && ids[fault];
	return own ? ids[fault] : id;
}

/* The result of a walk. What breaks a rule is refused; what is no document is
 * malformed. */
static bool
walk_ok(const struct walk *w, const char *what, struct err *e)
{
	if (cbor_ok(&w->c, e))
		return true;
	const char *id = w->inside ? w->id : general(w->c.r.fault, w->id);
	const struct reason *r = reason_find(id);
	e->code = r->malformed ? ERR_INPUT : ERR_REFUSED;
	err_id(e, id);
	err_hint(e, "%s", r->next);
	return err_ctx(e, "%s", what);
}

static bool
read_envelope(struct span in, struct span *header, size_t *sig, struct err *e)
{
	struct walk w = { .id = "cose-shape" };
	cbor_init(&w.c, in, CBOR_STRICT);
	IGNORE(cbor_tag_if(&w.c, TAG_SIGN1));
	check(&w, "cose-tag", cbor_peek(&w.c) != CBOR_TAG, "a tag");
	rule(&w, "cose-shape");
	cbor_array_n(&w.c, 4);
	rule(&w, "cose-header");
	*header = cbor_bytes(&w.c);
	rule(&w, "cose-unprotected");
	cbor_map_n(&w.c, 0);
	cbor_close(&w.c);
	check(&w, "cose-detached", cbor_peek(&w.c) != CBOR_NULL,
	      "the payload is null");
	rule(&w, "cose-shape");
	cbor_bytes(&w.c);
	*sig = cbor_bytes(&w.c).n;
	cbor_close(&w.c);
	cbor_end(&w.c);
	return walk_ok(&w, "COSE_Sign1", e);
}

static bool
read_header(struct span header, int64_t *alg, struct err *e)
{
	struct walk w = { .id = "cose-header", .inside = true };
	cbor_init(&w.c, header, CBOR_STRICT);
	cbor_map_n(&w.c, 1);
	cbor_check(&w.c, cbor_int(&w.c) == HEADER_ALG, "not the key of alg");
	*alg = cbor_int(&w.c);
	cbor_close(&w.c);
	cbor_end(&w.c);
	return walk_ok(&w, "protected header", e);
}

/* The form of the envelope alone, whatever the algorithm. */
static bool
form(struct span in, int64_t *alg, size_t *sig, struct err *e)
{
	struct span header = { 0 };
	if (in.n == 0 || in.n > DOC_SIZE_MAX)
		return reason_err(e, "doc-size", "%s",
				  in.n ? "more than 16384 bytes" : "no bytes");
	if (!read_envelope(in, &header, sig, e))
		return false;
	if (header.n == 0 || span_eq(header, SPAN("\xa0")))
		return reason_err(e, "cose-alg-missing", "%s",
				  "the protected header names no algorithm");
	return read_header(header, alg, e);
}

static bool
envelope(struct span in, struct cose_sign1 *s, struct err *e)
{
	size_t sig = 0;
	int64_t alg = 0;
	if (!form(in, &alg, &sig, e))
		return false;
	if (alg == ALG_QEMU)
		return reason_err(
			e, "doc-qemu", "%s",
			"algorithm -1: made by QEMU's emulated NSM, which"
			" signs nothing");
	if (alg != ALG_ES384)
		return reason_err(e, "cose-alg", "%s", "not signed with ES384");
	if (sig != SIG_SIZE)
		return reason_err(e, "cose-signature-size", "%s",
				  "the signature is not r and s in 96 bytes");
	return cose_parse(in, s, e);
}

static void
read_module(struct walk *w)
{
	static const char tpm[] = "-tpm";
	struct span s = cbor_text(&w->c);
	bool is_tpm = false;
	check(w, "doc-module-id", s.n > 0, "module_id is empty");
	check(w, "doc-module-id", span_find(s, 0) == s.n,
	      "module_id has a NUL byte");
	for (size_t i = 0; i < s.n; i++)
		is_tpm |= span_starts(span_from(s, i), span_str(tpm));
	check(w, "doc-nitrotpm", !is_tpm, "a document of a NitroTPM");
	w->doc->module_id = s;
}

static void
read_digest(struct walk *w)
{
	struct span s = cbor_text(&w->c);
	cbor_check(&w->c, span_is(s, "SHA384"), "digest is not SHA384");
}

static void
read_timestamp(struct walk *w)
{
	w->doc->timestamp_ms = cbor_uint(&w->c);
	/* Seconds and a day more of it must fit into 63 bits. */
	cbor_check(&w->c,
		   w->doc->timestamp_ms > 0 &&
			   w->doc->timestamp_ms <= (uint64_t)INT64_MAX / 2,
		   "timestamp is zero or too large");
}

/* The container that comes next has a definite length. */
static void
definite(struct walk *w, uint8_t open)
{
	check(w, "doc-indefinite", rd_peek(&w->c.r) != open,
	      "an inner container of indefinite length");
}

static void
read_pcrs(struct walk *w)
{
	struct doc *d = w->doc;
	definite(w, OPEN_MAP);
	rule(w, "doc-pcrs");
	cbor_map(&w->c);
	while (cbor_more(&w->c)) {
		check(w, "doc-pcr-index", cbor_peek(&w->c) == CBOR_UINT,
		      "a register's index is no number");
		uint64_t i = cbor_uint(&w->c);
		cbor_check(&w->c, i < PCR_COUNT,
			   "a register's index is over 31");
		rule(w, "doc-pcr-length");
		struct span v = cbor_bytes(&w->c);
		cbor_check(&w->c, v.n == PCR_SIZE,
			   "a register is not 48 bytes long");
		if (w->c.r.why)
			return;
		pcr_put(&d->pcrs, (unsigned)i, v);
	}
	check(w, "doc-pcrs-empty", d->pcrs.mask != 0, "no registers");
}

static void
read_certificate(struct walk *w)
{
	struct span s = cbor_bytes(&w->c);
	check(w, "doc-certificate-size", s.n > 0 && s.n <= DOC_CERT_MAX,
	      "a certificate is empty or over 1024 bytes");
	w->doc->certificate = s;
}

static void
read_bundle(struct walk *w)
{
	struct doc *d = w->doc;
	definite(w, OPEN_ARRAY);
	rule(w, "doc-cabundle");
	cbor_array(&w->c);
	while (cbor_more(&w->c)) {
		rule(w, "doc-cabundle");
		struct span s = cbor_bytes(&w->c);
		check(w, "doc-cabundle-size", s.n > 0 && s.n <= DOC_CERT_MAX,
		      "a certificate is empty or over 1024 bytes");
		check(w, "doc-cabundle-count", d->nbundle < DOC_BUNDLE_MAX,
		      "more than 8 certificates");
		if (w->c.r.why)
			return;
		d->bundle[d->nbundle++] = s;
	}
	check(w, "doc-cabundle-empty", d->nbundle > 0, "no certificates");
}

static void
read_optional(struct walk *w, struct maybe *f, const char *size, size_t min)
{
	if (cbor_peek(&w->c) == CBOR_NULL) {
		cbor_null(&w->c);
		return;
	}
	f->v = cbor_bytes(&w->c);
	f->there = true;
	check(w, size, f->v.n >= min && f->v.n <= DOC_FIELD_MAX,
	      min ? "empty or over 1024 bytes" : "over 1024 bytes");
}

static void
read_public_key(struct walk *w)
{
	read_optional(w, &w->doc->public_key, "doc-public-key-size", 1);
}

static void
read_user_data(struct walk *w)
{
	read_optional(w, &w->doc->user_data, "doc-user-data-size", 0);
}

static void
read_nonce(struct walk *w)
{
	read_optional(w, &w->doc->nonce, "doc-nonce-size", 0);
}

static const struct field {
	const char *key, *id;
	void (*read)(struct walk *w);
	bool optional;
} fields[] = {
	{ "module_id", "doc-module-id", read_module, false },
	{ "digest", "doc-digest", read_digest, false },
	{ "timestamp", "doc-timestamp", read_timestamp, false },
	{ "pcrs", "doc-pcrs", read_pcrs, false },
	{ "certificate", "doc-certificate", read_certificate, false },
	{ "cabundle", "doc-cabundle", read_bundle, false },
	{ "public_key", "doc-public-key", read_public_key, true },
	{ "user_data", "doc-user-data", read_user_data, true },
	{ "nonce", "doc-nonce", read_nonce, true },
};

/* The next key's row; COUNT(fields) after a failure. */
static size_t
next_field(struct walk *w)
{
	size_t i = 0;
	rule(w, "doc-key");
	struct span key = cbor_text(&w->c);
	while (i < COUNT(fields) && !span_is(key, fields[i].key))
		i++;
	check(w, "doc-nitrotpm", !span_is(key, "nitrotpm_pcrs"),
	      "the registers of a NitroTPM");
	check(w, "doc-key-unknown", i < COUNT(fields),
	      "a key that documents do not have");
	return w->c.r.why ? COUNT(fields) : i;
}

static bool
all_there(unsigned seen, struct err *e)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (!fields[i].optional && !(seen & 1U << i)) {
			reason_err(e, "doc-key-missing", "%s", "is missing");
			return err_ctx(e, "payload: %s", fields[i].key);
		}
	return true;
}

static bool
payload(struct doc *d, struct err *e)
{
	struct walk w = { .id = "doc-payload", .doc = d };
	const char *what = "payload";
	unsigned seen = 0;
	cbor_init(&w.c, d->cose.payload, CBOR_INDEFINITE_LENIENT);
	d->indefinite = rd_peek(&w.c.r) == OPEN_MAP;
	cbor_map(&w.c);
	while (cbor_more(&w.c)) {
		what = "payload";
		size_t i = next_field(&w);
		if (i == COUNT(fields))
			break;
		what = fields[i].key;
		rule(&w, fields[i].id);
		fields[i].read(&w);
		seen |= 1U << i;
	}
	if (!w.c.r.why)
		what = "payload";
	cbor_end(&w.c);
	return walk_ok(&w, what, e) && all_there(seen, e);
}

bool
doc_parse(struct span in, struct doc *out, struct err *e)
{
	struct doc d = { 0 };
	if (!envelope(in, &d.cose, e) || !payload(&d, e))
		return err_ctx(e, "attestation document");
	*out = d;
	return true;
}

/* Everything that a signature would be about is zero. */
static bool
unsigned_by_qemu(const struct doc *d)
{
	bool zero = span_is_zero(d->cose.sig) && span_is_zero(d->certificate);
	for (size_t i = 0; i < d->nbundle; i++)
		zero = zero && span_is_zero(d->bundle[i]);
	return zero;
}

bool
doc_parse_qemu(struct span in, struct doc *out, struct err *e)
{
	struct doc d = { 0 };
	size_t sig = 0;
	int64_t alg = 0;
	bool ok = form(in, &alg, &sig, e);
	if (ok && alg != ALG_QEMU)
		ok = reason_err(e, "doc-not-qemu",
				"algorithm %lld, where QEMU's emulated NSM"
				" writes -1",
				(long long)alg);
	ok = ok && cose_parse(in, &d.cose, e) && payload(&d, e);
	if (ok && !unsigned_by_qemu(&d))
		ok = reason_err(e, "doc-not-qemu", "%s",
				"a certificate or a signature, where QEMU's"
				" emulated NSM writes zeros");
	if (!ok)
		return err_ctx(e, "attestation document");
	*out = d;
	return true;
}

bool
doc_module(const struct doc *d, struct span *instance, struct span *enclave)
{
	static const char enc[] = "-enc";
	struct span s = d->module_id;
	for (size_t i = s.n; i-- > 1;)
		if (span_starts(span_from(s, i), span_str(enc))) {
			*instance = span_sub(s, 0, i);
			*enclave = span_from(s, i + sizeof(enc) - 1);
			return enclave->n > 0;
		}
	return false;
}
