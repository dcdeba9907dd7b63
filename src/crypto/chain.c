#include "crypto/chain.h"

#include <string.h>

#include "crypto/digest.h"

static const char *const texts[CHAIN_FAULTS] = {
	[CHAIN_OK] = "nothing is wrong",
	[CHAIN_VERSION] = "its version is not 3",
	[CHAIN_ALGORITHM] = "it is signed with another algorithm",
	[CHAIN_CURVE] = "its key is on another curve",
	[CHAIN_EXTENSION] = "an extension is there twice or malformed",
	[CHAIN_CRITICAL] = "a critical extension is not known",
	[CHAIN_NO_SUBJECT] = "it names no subject",
	[CHAIN_NO_ISSUER] = "it names no issuer",
	[CHAIN_TOO_LONG] = "there are too many certificates",
	[CHAIN_NO_ANCHOR] = "it is not one of the trusted roots",
	[CHAIN_ISSUER] = "it names another issuer than the one before",
	[CHAIN_NO_CA] = "it is no authority",
	[CHAIN_UNCRITICAL] = "its basicConstraints are not critical",
	[CHAIN_NO_SIGNING] = "it may not sign certificates",
	[CHAIN_LENGTH] = "more authorities follow than it allows",
	[CHAIN_PURPOSE] = "it is for another purpose",
	[CHAIN_KEY] = "its key cannot be used",
	[CHAIN_SIGNATURE] = "the one before did not sign it",
	[CHAIN_LEAF_CA] = "it is an authority and signed something else",
	[CHAIN_LEAF_USAGE] = "its keyUsage does not allow this",
	[CHAIN_LEAF_SIGNS] = "it is no authority and may sign certificates",
	[CHAIN_EXPIRED] = "it has expired",
	[CHAIN_NOT_YET] = "it is not valid yet",
};

static bool
found(struct chain_finding *f, enum chain_fault fault, size_t cert,
      struct err *e)
{
	*f = (struct chain_finding){ fault, cert };
	return err_set(e, ERR_REFUSED, "certificate %zu: %s", cert + 1,
		       texts[fault]);
}

/* A critical extension that nobody here understands. */
static bool
is_limited(const struct x509_rules *x, const struct chain_rules *r)
{
	return r->purpose ? x->unknown_besides : x->unknown_critical != NULL;
}

static enum chain_fault
fault_alone(const struct x509 *x, const struct chain_rules *r)
{
	if (x->version != 3)
		return CHAIN_VERSION;
	if (!x->algorithm_twice ||
	    (r->algorithm && strcmp(x->algorithm, r->algorithm) != 0))
		return CHAIN_ALGORITHM;
	if (x->curve == EC_NONE ||
	    (r->curve != EC_NONE && x->curve != r->curve))
		return CHAIN_CURVE;
	if (x->rules.broken)
		return CHAIN_EXTENSION;
	if (is_limited(&x->rules, r))
		return CHAIN_CRITICAL;
	if (x->subject.n == 0)
		return CHAIN_NO_SUBJECT;
	return x->issuer.n == 0 ? CHAIN_NO_ISSUER : CHAIN_OK;
}

bool
chain_form(const struct chain *c, const struct chain_rules *r,
	   struct chain_finding *f, struct err *e)
{
	*f = (struct chain_finding){ 0 };
	ASSERT(c->n > 0 && c->n <= CHAIN_MAX);
	if (r->most && c->n > r->most)
		return found(f, CHAIN_TOO_LONG, r->most, e);
	for (size_t i = 0; i < c->n; i++) {
		enum chain_fault fault = fault_alone(c->cert[i], r);
		if (fault != CHAIN_OK)
			return found(f, fault, i, e);
	}
	return true;
}

bool
chain_anchor(const struct chain *c, const struct chain_rules *r,
	     struct chain_finding *f, struct err *e)
{
	struct hash h;
	*f = (struct chain_finding){ 0 };
	if (!digest_of(DIGEST_SHA256, &c->cert[0]->der, 1, &h, e))
		return false;
	for (size_t i = 0; i < r->nanchors; i++)
		if (span_eq(r->anchors[i], hash_span(&h)))
			return true;
	return found(f, CHAIN_NO_ANCHOR, 0, e);
}

static enum chain_fault
fault_of_issuer(const struct x509_rules *x, const struct chain_rules *r)
{
	if (!x->has_basic || !x->ca)
		return CHAIN_NO_CA;
	if (!x->basic_critical)
		return CHAIN_UNCRITICAL;
	if (!x->has_usage || !(x->usage & X509_KEY_CERT_SIGN))
		return CHAIN_NO_SIGNING;
	if (r->purpose && x->has_purposes &&
	    !(x->purposes & (r->purpose | X509_FOR_ANY)))
		return CHAIN_PURPOSE;
	return CHAIN_OK;
}

static enum chain_fault
fault_of_leaf(const struct x509_rules *x, const struct chain_rules *r)
{
	if (x->ca)
		return CHAIN_LEAF_CA;
	if ((r->usage && !x->has_usage) || (x->usage & r->usage) != r->usage)
		return CHAIN_LEAF_USAGE;
	if (x->usage & X509_KEY_CERT_SIGN)
		return CHAIN_LEAF_SIGNS;
	if (!(x->purposes & r->purpose) && r->purpose)
		return CHAIN_PURPOSE;
	if (r->purpose_only &&
	    (x->purposes != r->purpose || !x->purposes_critical))
		return CHAIN_PURPOSE;
	return CHAIN_OK;
}

/* Some key of the chain that is there already, or NULL. */
static const struct ec_pub *
any_key(const struct chain *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->known[i])
			return c->known[i];
		if (c->pub[i].pkey)
			return &c->pub[i];
	}
	return NULL;
}

const struct ec_pub *
chain_key(struct chain *c, size_t i, struct chain_finding *f, struct err *e)
{
	*f = (struct chain_finding){ 0 };
	if (c->known[i])
		return c->known[i];
	if (c->pub[i].pkey ||
	    x509_pub_like(c->cert[i], any_key(c), &c->pub[i], e))
		return &c->pub[i];
	if (e->code == ERR_INPUT) {
		e->code = ERR_REFUSED;
		*f = (struct chain_finding){ CHAIN_KEY, i };
	}
	return NULL;
}

static bool
check_signature(struct chain *c, size_t i, struct chain_finding *f,
		struct err *e)
{
	if (c->known[i])
		return true;
	const struct ec_pub *pub = chain_key(c, i - 1, f, e);
	if (!pub)
		return false;
	if (x509_signed_by(c->cert[i], pub, e))
		return true;
	if (e->code == ERR_REFUSED)
		*f = (struct chain_finding){ CHAIN_SIGNATURE, i };
	return false;
}

static bool
check_names(const struct chain *c, struct chain_finding *f, struct err *e)
{
	for (size_t i = 1; i < c->n; i++)
		if (!span_eq(c->cert[i]->issuer.der,
			     c->cert[i - 1]->subject.der))
			return found(f, CHAIN_ISSUER, i, e);
	return true;
}

static bool
check_flags(const struct chain *c, const struct chain_rules *r,
	    struct chain_finding *f, struct err *e)
{
	enum chain_fault fault;
	for (size_t i = 0; i + 1 < c->n; i++) {
		fault = fault_of_issuer(&c->cert[i]->rules, r);
		if (fault != CHAIN_OK)
			return found(f, fault, i, e);
	}
	for (size_t i = 0; i + 1 < c->n; i++) {
		const struct x509_rules *x = &c->cert[i]->rules;
		if (x->has_pathlen && x->pathlen < c->n - 2 - i)
			return found(f, CHAIN_LENGTH, i, e);
	}
	fault = fault_of_leaf(&c->cert[c->n - 1]->rules, r);
	return fault == CHAIN_OK || found(f, fault, c->n - 1, e);
}

bool
chain_links(struct chain *c, const struct chain_rules *r,
	    struct chain_finding *f, struct err *e)
{
	*f = (struct chain_finding){ 0 };
	if (!check_names(c, f, e) || !check_flags(c, r, f, e))
		return false;
	for (size_t i = 1; i < c->n; i++)
		if (!check_signature(c, i, f, e))
			return false;
	return true;
}

bool
chain_time(const struct chain *c, int64_t at, struct chain_finding *f,
	   struct err *e)
{
	*f = (struct chain_finding){ 0 };
	for (size_t i = c->n; i-- > 0;) {
		enum x509_when when = x509_when(c->cert[i], at);
		if (when == X509_EXPIRED)
			return found(f, CHAIN_EXPIRED, i, e);
		if (when == X509_NOT_YET)
			return found(f, CHAIN_NOT_YET, i, e);
	}
	return true;
}

bool
chain_verify(struct chain *c, const struct chain_rules *r,
	     struct chain_finding *f, struct err *e)
{
	return chain_form(c, r, f, e) && chain_anchor(c, r, f, e) &&
	       chain_links(c, r, f, e) && chain_time(c, r->at, f, e);
}

void
chain_finish(struct chain *c)
{
	for (size_t i = 0; i < c->n; i++)
		ec_pub_finish(&c->pub[i]);
	*c = (struct chain){ 0 };
}
