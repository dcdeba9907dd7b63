#include "crypto/ossl.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

/* The queue has the reasons of all layers, the innermost first. */
bool
ossl_no_memory(void)
{
	return ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE ||
	       ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
}

bool
ossl_fail(struct err *e, enum err_code code, const char *what)
{
	unsigned long why = ERR_peek_last_error();
	if (ossl_no_memory())
		code = ERR_SYS;
	const char *reason = why ? ERR_reason_error_string(why) : NULL;
	ERR_clear_error();
	return reason ? err_set(e, code, "%s: %s", what, reason)
		      : err_set(e, code, "%s", what);
}

bool
ossl_same(uint8_t *again, int n, struct span from)
{
	bool same = n > 0 && span_eq(span_of(again, (size_t)n), from);
	OPENSSL_free(again);
	return same;
}

bool
ossl_full(struct err *e, const char *what)
{
	return ossl_no_memory() ? ossl_fail(e, ERR_SYS, what)
				: err_full(e, what);
}

void
ossl_pkey(void *p)
{
	EVP_PKEY_free(*(EVP_PKEY **)p);
}

void
ossl_ctx(void *p)
{
	EVP_PKEY_CTX_free(*(EVP_PKEY_CTX **)p);
}

void
ossl_group(void *p)
{
	EC_GROUP_free(*(EC_GROUP **)p);
}

void
ossl_point(void *p)
{
	EC_POINT_clear_free(*(EC_POINT **)p);
}

void
ossl_bn(void *p)
{
	BN_clear_free(*(BIGNUM **)p);
}

void
ossl_bnctx(void *p)
{
	BN_CTX_free(*(BN_CTX **)p);
}

void
ossl_sig(void *p)
{
	ECDSA_SIG_free(*(ECDSA_SIG **)p);
}
