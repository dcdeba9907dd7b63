/*
 * What the files of this folder share about OpenSSL: its reasons for failing,
 * and giving back its objects with DEFER.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Did OpenSSL fail because there is no memory? What it was given may be right
 * then: no verdict is to be made of it. Leaves its queue. */
bool ossl_no_memory(void);
/* Sets the sentence, with OpenSSL's own reason behind it, and empties its
 * queue. ERR_SYS, whatever the code, when there is no memory. Returns false. */
bool ossl_fail(struct err *e, enum err_code code, const char *what);

/* Did OpenSSL encode a value (`again`, n bytes, freed here; none when n is not
 * positive) to the bytes that it was read from? Only then were they DER. */
bool ossl_same(uint8_t *again, int n, struct span from);

/* err_full, or ERR_SYS when it was OpenSSL that had no memory. */
bool ossl_full(struct err *e, const char *what);

/* DEFER(ossl_x) for a pointer variable. */
void ossl_pkey(void *p);  /* EVP_PKEY ** */
void ossl_ctx(void *p);   /* EVP_PKEY_CTX ** */
void ossl_group(void *p); /* EC_GROUP ** */
void ossl_point(void *p); /* EC_POINT **, wiped */
void ossl_bn(void *p);    /* BIGNUM **, wiped */
void ossl_bnctx(void *p); /* BN_CTX ** */
void ossl_sig(void *p);   /* ECDSA_SIG ** */
