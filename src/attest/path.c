#include "attest/path.h"

#include <string.h>

#include "attest/reasons.h"
#include "base/fmt.h"
#include "crypto/digest.h"

/* SHA-256 of the DER form, 533 bytes, serial number
 * f93175681b90afe11d46ccb4e4e7f856. AWS's page has the digest of the ZIP file
 * around it, which is another. */
const struct anchor anchor_aws_nitro = {
	.trust = TRUST_AWS_NITRO,
	.sha256 = { 0x64, 0x1a, 0x03, 0x21, 0xa3, 0xe2, 0x44, 0xef,
		    0xe4, 0x56, 0x46, 0x31, 0x95, 0xd6, 0x06, 0x31,
		    0x7e, 0xd7, 0xcd, 0xcc, 0x3c, 0x17, 0x56, 0xe0,
		    0x98, 0x93, 0xf3, 0xc6, 0x8f, 0x79, 0xbb, 0x5b },
};

const char *
trust_name(enum trust t)
{
	static const char *const names[] = {
		[TRUST_NONE] = "none",
		[TRUST_AWS_NITRO] = "aws-nitro",
		[TRUST_QEMU] = "qemu",
		[TRUST_SIM] = "sim",
		[TRUST_DEVELOPMENT] = "development",
	};
	return names[t];
}

static bool
only_in_a_policy(const char *text, struct err *e)
{
	err_set(e, ERR_USAGE,
		"%s: a development key is let in by a policy file only, where"
		" it can be reviewed, and never by an option",
		show_str(text).s);
	err_hint(e, "put it into the policy.toml of a development system, as"
		    " trust = [\"development:ROOT.der\"], and say --policy");
	return err_id(e, "development-by-option");
}

bool
trust_parse(const char *text, bool policy, enum trust *t, const char **label,
	    struct err *e)
{
	static const struct {
		const char *head;
		enum trust trust;
	} rows[] = {
		{ "sim:", TRUST_SIM },
		{ "qemu:", TRUST_QEMU },
		{ "development:", TRUST_DEVELOPMENT },
	};
	*label = "";
	*t = TRUST_AWS_NITRO;
	if (strcmp(text, trust_name(*t)) == 0)
		return true;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = strlen(rows[i].head);
		if (strncmp(text, rows[i].head, n) != 0)
			continue;
		if (rows[i].trust == TRUST_DEVELOPMENT && !policy)
			return only_in_a_policy(text, e);
		*t = rows[i].trust;
		*label = text + n;
		return true;
	}
	*t = TRUST_NONE;
	err_set(e, ERR_USAGE, "%s: no such trust class", show_str(text).s);
	return err_hint(e, policy ? "say aws-nitro, sim:ROOT.der or"
				    " qemu:ROOT.der"
				  : "say aws-nitro, sim, sim:ROOT.der or"
				    " qemu:ROOT.der");
}

const char *
trust_warning(enum trust t)
{
	static const char *const text[] = {
		[TRUST_NONE] = NULL,
		[TRUST_AWS_NITRO] = NULL,
		[TRUST_QEMU] = "no hardware stands behind this: an emulator's"
			       " document, signed by whoever runs it",
		[TRUST_SIM] = "no hardware stands behind this: a simulator's"
			      " root signed it",
		[TRUST_DEVELOPMENT] = "no hardware stands behind this: a"
				      " development key signed it",
	};
	return text[t];
}

/* Common names of roots that say what they are for: sim/pki.c writes
 * them. When there are several, the later of these counts. */
static const struct {
	const char *cn;
	enum trust trust;
} marks[] = {
	{ "qemu.aws.nitro-enclaves", TRUST_QEMU },
	{ "development.aws.nitro-enclaves", TRUST_DEVELOPMENT },
};

static enum trust
class_of(const struct x509 *x)
{
	const struct x509_name *s = &x->subject;
	for (size_t k = COUNT(marks); k-- > 0;)
		for (size_t i = 0; i < s->n; i++)
			if (span_is(s->v[i].value, marks[k].cn))
				return marks[k].trust;
	return TRUST_SIM;
}

static bool
same_root(const struct anchor *a, const struct hash *h)
{
	return memcmp(a->sha256, h->v, sizeof(a->sha256)) == 0;
}

bool
anchor_of(enum trust t, struct span certificate, struct anchor *out,
	  struct err *e)
{
	struct arena a = { 0 };
	struct x509 x;
	struct hash h;
	bool ok = x509_parse_file(certificate, &a, &x, e) &&
		  digest_of(DIGEST_SHA256, &x.der, 1, &h, e);
	enum trust is = ok ? class_of(&x) : TRUST_NONE;
	arena_finish(&a);
	if (!ok)
		return false;
	if (t != TRUST_AWS_NITRO && same_root(&anchor_aws_nitro, &h)) {
		err_set(e, ERR_USAGE,
			"this is the root of AWS's hardware, not"
			" one of class %s",
			trust_name(t));
		return err_hint(e, "say --trust aws-nitro");
	}
	if (t != TRUST_AWS_NITRO && t != is) {
		err_set(e, ERR_USAGE, "this root is of class %s, not of %s",
			trust_name(is), trust_name(t));
		err_hint(e, "a root's class is in it and cannot be changed:"
			    " \"veraclave simulate init --class\" makes new"
			    " ones");
		return err_id(e, "root-class");
	}
	*out = (struct anchor){ .trust = t };
	memcpy(out->sha256, h.v, sizeof(out->sha256));
	return true;
}

_Static_assert((int)CERT_CACHE_CHAIN <= (int)CHAIN_MAX, "a chain has room");

static const struct chain_rules nitro = {
	.most = CERT_CACHE_CHAIN,
	.algorithm = "ecdsa-with-SHA384",
	.curve = EC_P384,
	.usage = X509_DIGITAL_SIGNATURE,
};

/* How a certificate is called in messages. */
static struct shown
called(const struct path *p, size_t i)
{
	static const char *const place[] = { "the root", "the regional",
					     "the zonal", "the instance's" };
	struct shown out;
	DEFER(buf_free) struct buf b = buf_max(sizeof(out.s));
	if (i + 1 == p->chain.n)
		buf_str(&b, "the signing certificate");
	else if (p->chain.n == 5)
		buf_fmt(&b, "%s certificate", place[i]);
	else
		buf_fmt(&b, "certificate %zu of the bundle", i);
	buf_u8(&b, 0);
	memcpy(out.s, b.p, b.n);
	return out;
}

/* What a sentence says of one certificate behind its name. */

static void
say_version(struct buf *b, const struct path *p, size_t i)
{
	buf_fmt(b, "has version %u", p->chain.cert[i]->version);
}

static void
say_broken(struct buf *b, const struct path *p, size_t i)
{
	buf_fmt(b, "has %s twice, or it does not decode",
		show_str(p->chain.cert[i]->rules.broken).s);
}

static void
say_critical(struct buf *b, const struct path *p, size_t i)
{
	buf_fmt(b, "has the extension %s, which may limit it",
		show_str(p->chain.cert[i]->rules.unknown_critical).s);
}

static void
say_length(struct buf *b, const struct path *p, size_t i)
{
	buf_fmt(b, "allows %llu authorities behind it, and %zu follow",
		(unsigned long long)p->chain.cert[i]->rules.pathlen,
		p->chain.n - 2 - i);
}

/* Times and what OpenSSL says are put in by those who know them. */
static const struct {
	const char *code;
	const char *before; /* the certificate's name; NULL: "" */
	const char *text;
	void (*say)(struct buf *b, const struct path *p, size_t i);
} findings[CHAIN_FAULTS] = {
	[CHAIN_VERSION] = { .code = "cert-version", .say = say_version },
	[CHAIN_ALGORITHM] = { .code = "cert-algorithm",
			      .text = "is not signed with ecdsa-with-SHA384" },
	[CHAIN_CURVE] = { .code = "cert-key",
			  .before = "the key of ",
			  .text = "is not on P-384" },
	[CHAIN_EXTENSION] = { .code = "cert-extension", .say = say_broken },
	[CHAIN_CRITICAL] = { .code = "cert-critical", .say = say_critical },
	[CHAIN_NO_SUBJECT] = { .code = "cert-name",
			       .text = "names no subject" },
	[CHAIN_NO_ISSUER] = { .code = "cert-name", .text = "names no issuer" },
	[CHAIN_ISSUER] = { .code = "chain-issuer",
			   .text = "names another issuer than the certificate"
				   " before it" },
	[CHAIN_NO_CA] = { .code = "chain-ca", .text = "is no authority" },
	[CHAIN_UNCRITICAL] = { .code = "chain-ca-critical",
			       .text = "has basicConstraints that are not"
				       " critical" },
	[CHAIN_NO_SIGNING] = { .code = "chain-key-usage",
			       .text = "may not sign certificates" },
	[CHAIN_LENGTH] = { .code = "chain-path-length", .say = say_length },
	[CHAIN_LEAF_CA] = { .code = "leaf-ca", .text = "has CA:TRUE" },
	[CHAIN_LEAF_USAGE] = { .code = "leaf-key-usage",
			       .text = "has no digitalSignature" },
	[CHAIN_LEAF_SIGNS] = { .code = "leaf-key-usage",
			       .text = "is no authority and may sign"
				       " certificates" },
};

/* A finding as a reason; e has what crypto says, and stays when it is not a
 * finding. */
static bool
refuse(const struct path *p, const struct chain_finding *f, struct err *e)
{
	struct err why = *e;
	struct shown who = called(p, f->cert);
	if (f->fault == CHAIN_OK)
		return false;
	if (f->fault == CHAIN_KEY)
		return reason_err(e, "cert-key", "the key of %s: %s", who.s,
				  why.msg);
	if (f->fault == CHAIN_SIGNATURE)
		return reason_err(e, "chain-signature", "%s: %s", who.s,
				  why.msg);
	const char *before = findings[f->fault].before;
	uint8_t room[2 * sizeof(struct shown) + 128];
	struct buf b = buf_over(room, sizeof room);
	ASSERT(findings[f->fault].code);
	buf_fmt(&b, "%s%s ", before ? before : "", who.s);
	if (findings[f->fault].say)
		findings[f->fault].say(&b, p, f->cert);
	else
		buf_str(&b, findings[f->fault].text);
	return reason_err(e, findings[f->fault].code, "%.*s",
			  SPAN_ARG(buf_view(&b)));
}

static struct span
der_of(const struct doc *d, size_t i)
{
	return i < d->nbundle ? d->bundle[i] : d->certificate;
}

/* What the cache has of them. */
static bool
borrow(const struct doc *d, struct path *p, struct err *e)
{
	struct span der[CERT_CACHE_CHAIN];
	for (size_t i = 0; i < p->chain.n; i++)
		der[i] = der_of(d, i);
	if (!cert_cache_keys(der, p->chain.n, p->key, e))
		return false;
	cert_cache_lend(p->cache, p->key, p->chain.n, p->lent);
	for (size_t i = 0; i < p->chain.n; i++)
		if (p->lent[i]) {
			p->chain.cert[i] = &p->lent[i]->cert;
			p->chain.known[i] = &p->lent[i]->pub;
		}
	return true;
}

static bool
decode(struct path *p, size_t i, struct span der, struct arena *a,
       struct err *e)
{
	struct err why = { 0 };
	struct x509 *x = NEW(a, struct x509, 1);
	if (x && x509_parse(der, a, x, &why)) {
		p->chain.cert[i] = x;
		return true;
	}
	if (a->failed)
		return err_full(e, "a certificate");
	if (why.code == ERR_INPUT)
		return reason_err(e, "cert-malformed", "%s: %s", called(p, i).s,
				  why.msg);
	*e = why;
	return false;
}

bool
path_read(const struct doc *d, struct cert_cache *c, struct arena *a,
	  struct path *out, struct err *e)
{
	struct chain_finding f;
	*out = (struct path){ .chain.n = d->nbundle + 1, .cache = c };
	if (c && !borrow(d, out, e))
		return false;
	for (size_t i = 0; i < out->chain.n; i++)
		if (!out->chain.cert[i] && !decode(out, i, der_of(d, i), a, e))
			return false;
	return chain_form(&out->chain, &nitro, &f, e) || refuse(out, &f, e);
}

void
path_finish(struct path *p)
{
	if (p->cache)
		cert_cache_return(p->cache, p->lent, p->chain.n);
	chain_finish(&p->chain);
	*p = (struct path){ 0 };
}

static const struct anchor *
find_anchor(const struct anchor *v, size_t n, const struct hash *h)
{
	for (size_t i = 0; i < n; i++)
		if (same_root(&v[i], h))
			return &v[i];
	return NULL;
}

/* Why the first certificate is not a trusted root. */
static bool
no_anchor(const struct path *p, const struct anchor *v, size_t n,
	  const struct hash *first, struct err *e)
{
	const struct x509 *x = p->chain.cert[0];
	struct hash h;
	if (same_root(&anchor_aws_nitro, first))
		return reason_err(e, "chain-root-class",
				  "the root is AWS's, and class %s was asked"
				  " for",
				  n ? trust_name(v[0].trust) : "none");
	for (size_t i = 1; i + 1 < p->chain.n; i++) {
		if (!digest_of(DIGEST_SHA256, &p->chain.cert[i]->der, 1, &h, e))
			return false;
		if (find_anchor(v, n, &h))
			return reason_err(e, "chain-order",
					  "the trusted root is at place %zu",
					  i);
	}
	if (class_of(x) == TRUST_DEVELOPMENT)
		return reason_err(e, "chain-root-development",
				  "the root calls itself a development key, and"
				  " no policy that was given names it");
	if (!span_eq(x->subject.der, x->issuer.der))
		return reason_err(e, "chain-root-missing",
				  "the bundle begins with a certificate that"
				  " another has issued");
	const struct x509_name *s = &x->subject;
	return reason_err(e, "chain-root-untrusted",
			  "the root %s is not one that was named",
			  s->n ? show(s->v[s->n - 1].value).s : "without name");
}

bool
path_anchor(struct path *p, const struct anchor *v, size_t n, struct err *e)
{
	struct hash h;
	p->trust = TRUST_NONE;
	if (!digest_of(DIGEST_SHA256, &p->chain.cert[0]->der, 1, &h, e))
		return false;
	const struct anchor *a = find_anchor(v, n, &h);
	if (!a)
		return no_anchor(p, v, n, &h, e);
	p->trust = a->trust;
	return true;
}

bool
path_links(struct path *p, struct err *e)
{
	struct chain_finding f;
	return chain_links(&p->chain, &nitro, &f, e) || refuse(p, &f, e);
}

bool
path_time(const struct path *p, int64_t at, struct err *e)
{
	struct chain_finding f;
	if (chain_time(&p->chain, at, &f, e))
		return true;
	const struct x509 *x = p->chain.cert[f.cert];
	bool leaf = f.cert + 1 == p->chain.n;
	if (f.fault == CHAIN_EXPIRED)
		return reason_err(e, leaf ? "leaf-expired" : "cert-expired",
				  "%s expired at %s, %lld s before the"
				  " time of this check",
				  called(p, f.cert).s,
				  show_time(x->not_after).s,
				  (long long)(at - x->not_after));
	return reason_err(
		e, leaf ? "leaf-not-yet-valid" : "cert-not-yet-valid",
		"%s is valid from %s on, %lld s after the time of this check",
		called(p, f.cert).s, show_time(x->not_before).s,
		(long long)(x->not_before - at));
}

bool
path_leaf_key(struct path *p, const struct ec_pub **out, struct err *e)
{
	struct chain_finding f;
	*out = chain_key(&p->chain, p->chain.n - 1, &f, e);
	return *out || refuse(p, &f, e);
}

void
path_remember(struct path *p)
{
	struct err e = { 0 };
	struct chain_finding f;
	for (size_t i = 0; p->cache && i < p->chain.n; i++) {
		const struct ec_pub *pub = chain_key(&p->chain, i, &f, &e);
		if (!p->lent[i] && pub)
			cert_cache_keep(p->cache, &p->key[i], p->chain.cert[i],
					pub);
	}
}
