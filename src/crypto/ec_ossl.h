/*
 * OpenSSL's names for our curves. For the folders crypto and keys alone.
 */
#pragma once

#include "crypto/ec.h"

/* OpenSSL's number for the curve; the curve of an EVP_PKEY, or EC_NONE. */
int ec_nid(enum ec_curve c);
enum ec_curve ec_curve_of(const void *pkey);
/* The DER form of a raw signature of the curve's size, for OPENSSL_free; its
 * length, not positive when there is no memory. */
int ec_der_of(enum ec_curve c, struct span sig, uint8_t **der);
