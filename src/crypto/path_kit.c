#include "crypto/path_kit.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "crypto/ossl.h"

static void
stack_free(STACK_OF(X509) * *s)
{
	sk_X509_pop_free(*s, X509_free);
}

static void
store_free(X509_STORE **s)
{
	X509_STORE_free(*s);
}

static void
ctx_free(X509_STORE_CTX **c)
{
	X509_STORE_CTX_free(*c);
}

/* The place of a certificate among those given; n when it is none. */
static size_t
place(const STACK_OF(X509) * all, const X509 *x)
{
	int n = sk_X509_num(all), i = 0;
	while (i < n && X509_cmp(sk_X509_value(all, i), x) != 0)
		i++;
	return (size_t)i;
}

/* One chain under way, found by its callback through the context's data. */
struct run {
	struct peer_verdict *out;
	const STACK_OF(X509) * all;
};

static enum peer_kind
kind_of(int code)
{
	static const struct {
		int code;
		enum peer_kind kind;
	} rows[] = {
		{ X509_V_ERR_CERT_HAS_EXPIRED, PEER_EXPIRED },
		{ X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER,
		  PEER_NO_AUTHORITY_ID },
		{ X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER,
		  PEER_NO_SUBJECT_ID },
		{ X509_V_ERR_AKID_SKID_MISMATCH, PEER_KEY_ID },
		{ X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH, PEER_KEY_ID },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, PEER_NO_ISSUER },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
		  PEER_NO_ISSUER },
		{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, PEER_NO_ISSUER },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].code == code)
			return rows[i].kind;
	return PEER_OTHER;
}

static void
add(struct peer_verdict *v, int code, size_t cert)
{
	ASSERT(v->n < PEER_FINDINGS);
	v->v[v->n++] = (struct peer_finding){
		.kind = kind_of(code),
		.code = code,
		.cert = cert,
		.name = X509_verify_cert_error_string(code),
	};
}

/* Notes what is wrong and goes on. */
static int
note(int ok, X509_STORE_CTX *c)
{
	struct run *r = X509_STORE_CTX_get_app_data(c);
	if (!ok)
		add(r->out, X509_STORE_CTX_get_error(c),
		    place(r->all, X509_STORE_CTX_get_current_cert(c)));
	return 1;
}

static void
check_neighbours(STACK_OF(X509) * all, struct peer_verdict *out)
{
	for (int i = 1; i < sk_X509_num(all); i++) {
		int code = X509_check_issued(sk_X509_value(all, i - 1),
					     sk_X509_value(all, i));
		if (code != X509_V_OK)
			add(out, code, (size_t)i);
	}
}

static bool
same_path(X509_STORE_CTX *c, const STACK_OF(X509) * all)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(c);
	int n = sk_X509_num(all);
	if (sk_X509_num(chain) != n)
		return false;
	for (int i = 0; i < n; i++)
		if (X509_cmp(sk_X509_value(chain, i),
			     sk_X509_value(all, n - 1 - i)) != 0)
			return false;
	return true;
}

static bool
same_subjects(const STACK_OF(X509) * all)
{
	for (int i = 0; i < sk_X509_num(all); i++)
		for (int k = 0; k < i; k++)
			if (X509_subject_name_cmp(sk_X509_value(all, i),
						  sk_X509_value(all, k)) == 0)
				return true;
	return false;
}

static bool
validate(STACK_OF(X509) * all, int64_t at, struct peer_verdict *out)
{
	DEFER(store_free) X509_STORE *store = X509_STORE_new();
	DEFER(ctx_free) X509_STORE_CTX *c = X509_STORE_CTX_new();
	struct run r = { out, all };
	X509 *leaf = sk_X509_value(all, sk_X509_num(all) - 1);
	if (!store || !c ||
	    X509_STORE_add_cert(store, sk_X509_value(all, 0)) != 1 ||
	    X509_STORE_CTX_init(c, store, leaf, all) != 1)
		return false;
	X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);
	X509_VERIFY_PARAM_set_time(p, (time_t)at);
	X509_STORE_CTX_set_app_data(c, &r);
	X509_STORE_CTX_set_verify_cb(c, note);
	if (X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_ANY) != 1 ||
	    X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_X509_STRICT |
						   X509_V_FLAG_PARTIAL_CHAIN) !=
		    1)
		return false;
	int verdict = X509_verify_cert(c);
	/* A refusal that the callback was not asked about. */
	if (verdict != 1 && out->n == 0)
		add(out, X509_STORE_CTX_get_error(c), 0);
	check_neighbours(all, out);
	out->same_path = same_path(c, all);
	out->same_subjects = same_subjects(all);
	return true;
}

bool
path_peer(const struct span *der, size_t n, int64_t at,
	  struct peer_verdict *out, struct err *e)
{
	DEFER(stack_free) STACK_OF(X509) *all = sk_X509_new_null();
	*out = (struct peer_verdict){ 0 };
	ASSERT(n > 0 && n <= PEER_CERTS);
	for (size_t i = 0; all && i < n; i++) {
		const uint8_t *p = der[i].p;
		X509 *x = d2i_X509(NULL, &p, (long)der[i].n);
		if (!x || p != der[i].p + der[i].n) {
			X509_free(x);
			return ossl_fail(e, ERR_INPUT, "a certificate");
		}
		if (sk_X509_push(all, x) < 1) {
			X509_free(x);
			return ossl_fail(e, ERR_LIMIT, "certificates");
		}
	}
	if (!all || !validate(all, at, out))
		return ossl_fail(e, ERR_SYS, "X509_verify_cert");
	ERR_clear_error();
	return true;
}
