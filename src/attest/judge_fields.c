#include "attest/judge.h"

#include <string.h>

#include "base/fmt.h"
#include "base/reader.h"
#include "codec/hex.h"
#include "crypto/digest.h"

static const char *
hex(struct judge *j, struct span s)
{
	const char *text = hex_of(j->a, s);
	return text ? text : "";
}

/* A field against what was wanted; the codes are for "not there" and
 * "another". */
static void
one_field(struct judge *j, const struct maybe *f, const struct maybe *w,
	  const char *const name[3])
{
	if (!w->there)
		return;
	if (!f->there)
		judge_fail(j, name[0], name[1], "the document has none");
	else if (!hash_equal(f->v, w->v))
		judge_fail(j, name[0], name[2],
			   "%zu bytes, %s, not the %zu"
			   " that were expected",
			   f->v.n, show_str(hex(j, span_sub(f->v, 0, 48))).s,
			   w->v.n);
	else
		judge_pass(j, name[0], "the %zu bytes that were expected",
			   f->v.n);
}

static void
user_data_digest(struct judge *j)
{
	const struct maybe *f = &j->v->doc.user_data;
	struct hash h = { 0 };
	struct err e = { 0 };
	if (!j->x->user_data_sha256.there)
		return;
	if (!f->there)
		judge_fail(j, "user-data-sha256", "user-data-absent",
			   "the document has none");
	else if (!digest_of(DIGEST_SHA256, &f->v, 1, &h, &e))
		judge_err(j, "user-data-sha256", &e);
	else if (!hash_equal(hash_span(&h), j->x->user_data_sha256.v))
		judge_fail(j, "user-data-sha256", "user-data-differs",
			   "SHA-256 of the %zu bytes is %s", f->v.n,
			   hex(j, hash_span(&h)));
	else
		judge_pass(j, "user-data-sha256", "%s", hex(j, hash_span(&h)));
}

static void
age(struct judge *j)
{
	int64_t made = (int64_t)(j->v->doc.timestamp_ms / 1000);
	int64_t old = j->x->at - made;
	if (old < -j->x->skew)
		judge_fail(j, "age", "age-future",
			   "made %lld s after the time of this check, allowed"
			   " are %lld",
			   (long long)-old, (long long)j->x->skew);
	else if (j->x->max_age != EXPECT_ANY_AGE && old > j->x->max_age)
		judge_fail(j, "age", "age-old",
			   "made %lld s before the time of this check, allowed"
			   " are %lld",
			   (long long)old, (long long)j->x->max_age);
	else
		judge_pass(j, "age", "%lld s old", (long long)old);
}

void
judge_fields(struct judge *j)
{
	static const char *const nonce[] = { "nonce", "nonce-absent",
					     "nonce-differs" };
	static const char *const key[] = { "public-key", "public-key-absent",
					   "public-key-differs" };
	static const char *const data[] = { "user-data", "user-data-absent",
					    "user-data-differs" };
	const struct doc *d = &j->v->doc;
	if (j->x->need_nonce && (!j->x->nonce.there || !j->x->nonce.v.n))
		judge_fail(j, "nonce", "nonce-required",
			   "the policy wants one, and %s was given",
			   j->x->nonce.there ? "an empty one" : "none");
	one_field(j, &d->nonce, &j->x->nonce, nonce);
	one_field(j, &d->public_key, &j->x->public_key, key);
	one_field(j, &d->user_data, &j->x->user_data, data);
	user_data_digest(j);
	judge_recipient(j);
	age(j);
}

/* The document's own time has to lie in its leaf's life. */
static void
timestamp(struct judge *j)
{
	const struct x509 *leaf = j->path.chain.cert[j->path.chain.n - 1];
	uint64_t ms = j->v->doc.timestamp_ms;
	if (x509_when(leaf, (int64_t)(ms / 1000)) == X509_VALID)
		judge_pass(j, "timestamp",
			   "made at %s, in the life of its certificate",
			   show_time((int64_t)(ms / 1000)).s);
	else
		judge_fail(j, "timestamp", "timestamp-outside",
			   "made at %s, its certificate is from %s to %s",
			   show_time((int64_t)(ms / 1000)).s,
			   show_time(leaf->not_before).s,
			   show_time(leaf->not_after).s);
}

/* PCR4 is SHA-384(zeros, instance id), without an inner digest. */
static void
module_pcr4(struct judge *j, struct span instance)
{
	static const uint8_t zeros[PCR_SIZE];
	const struct doc *d = &j->v->doc;
	struct span in[] = { span_of(zeros, PCR_SIZE), instance };
	struct hash h;
	struct err e = { 0 };
	if (!pcr_has(&d->pcrs, 4) || span_is_zero(d->pcrs.v[4])) {
		if (j->v->trust == TRUST_AWS_NITRO)
			judge_fail(j, "module-pcr4", "module-pcr4",
				   "PCR4 is not set, which hardware does");
		return;
	}
	if (!digest_of(DIGEST_SHA384, in, 2, &h, &e))
		judge_err(j, "module-pcr4", &e);
	else if (hash_equal(hash_span(&h), d->pcrs.v[4]))
		judge_pass(j, "module-pcr4", "PCR4 is that of %s",
			   show(instance).s);
	else
		judge_fail(j, "module-pcr4", "module-pcr4",
			   "PCR4 is not that of %s, which the module id names",
			   show(instance).s);
}

static struct span
common_name(const struct x509_name *n)
{
	for (size_t i = n->n; i-- > 0;)
		if (strcmp(n->v[i].name, "commonName") == 0)
			return n->v[i].value;
	return SPAN("");
}

static bool
names_module(struct span cn, struct span id)
{
	return cn.n > id.n && span_starts(cn, id) && cn.p[id.n] == '.';
}

/* A number's last n bytes, zeros in front; false when it has more. */
static bool
right_aligned(struct span number, uint8_t *out, size_t n)
{
	if (number.n > n)
		return false;
	memset(out, 0, n);
	if (number.n)
		memcpy(out + n - number.n, number.p, number.n);
	return true;
}

/*
 * The serial number of hardware's leaves is the enclave's number in 8 bytes
 * and the seconds since 1970 at which it was issued in 8 more. (Found so in 26
 * real documents, 2021 to 2026; AWS does not describe it.) A simulator's may
 * be the number alone.
 */
static bool
serial_fits(struct judge *j, const struct x509 *leaf, struct span enclave,
	    bool hardware)
{
	uint8_t serial[16];
	struct span number;
	struct err e = { 0 };
	if (enclave.n != 16 || !hex_parse(enclave, j->a, &number, &e) ||
	    !right_aligned(leaf->serial, serial, sizeof(serial)))
		return false;
	struct span first = span_of(serial, 8), last = span_of(serial + 8, 8);
	if (!hardware && span_is_zero(first))
		return span_eq(last, number);
	struct reader r = rd_from(last);
	uint64_t issued = rd_be64(&r);
	return span_eq(first, number) && issued <= INT64_MAX &&
	       x509_when(leaf, (int64_t)issued) == X509_VALID;
}

/* Other roots than AWS's need not name their leaves as hardware does; when
 * they do, it has to be right. */
static void
leaf_identity(struct judge *j, struct span enclave)
{
	const struct x509 *leaf = j->path.chain.cert[j->path.chain.n - 1];
	struct span id = j->v->doc.module_id, cn = common_name(&leaf->subject);
	bool hardware = j->v->trust == TRUST_AWS_NITRO;
	if (!hardware && !span_ends(cn, SPAN(".aws")))
		return;
	if (names_module(cn, id) && span_ends(cn, SPAN(".aws")))
		judge_pass(j, "leaf-name", "issued to %s", show(cn).s);
	else
		judge_fail(j, "leaf-name", "leaf-name",
			   "the certificate was issued to %s and the document"
			   " is of %s",
			   show(cn).s, show(id).s);
	if (serial_fits(j, leaf, enclave, hardware))
		judge_pass(j, "leaf-serial", "the enclave's number %s",
			   show(enclave).s);
	else
		judge_fail(j, "leaf-serial", "leaf-serial",
			   "serial number %s, and the enclave's is %s",
			   show_str(hex(j, leaf->serial)).s, show(enclave).s);
}

void
judge_binding(struct judge *j)
{
	struct span instance = { 0 }, enclave = { 0 };
	if (!j->has_path)
		return;
	timestamp(j);
	if (!doc_module(&j->v->doc, &instance, &enclave)) {
		if (j->v->trust == TRUST_AWS_NITRO)
			judge_fail(j, "module-id", "module-id",
				   "%s is not INSTANCE-encNUMBER",
				   show(j->v->doc.module_id).s);
		return;
	}
	module_pcr4(j, instance);
	leaf_identity(j, enclave);
}
