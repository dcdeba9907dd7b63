/*
 * What verification asks of the library that does the arithmetic: a key from a
 * point, and whether a signature was made with it. ec.c alone uses this;
 * ec_key_ossl.c is OpenSSL's, ec_key_awslc.c AWS-LC's, which meson's option
 * aws_lc puts in its place. Arguments have the right sizes by now.
 */
#pragma once

#include "crypto/ec.h"

/* From an uncompressed point (04, x, y). `like` is a key of the same curve, or
 * NULL. ERR_INPUT when the point is not on the curve, ERR_SYS when that could
 * not be found out. */
MUST_USE bool ec_key_make(void **key, void *like, enum ec_curve c,
			  struct span point, struct err *e);
/* One more holder. */
MUST_USE bool ec_key_share(void *key);
void ec_key_free(void *key);
/* *yes: was the raw signature made with the key over the digest? False when
 * that could not be found out. */
MUST_USE bool ec_key_verify(void *key, enum ec_curve c, struct span digest,
			    struct span sig, bool *yes, struct err *e);
