/*
 * The extensions of a certificate that decide about a path (RFC 5280 section
 * 4.2), read by OpenSSL. Inside of this folder only; x509.h is the door.
 */
#pragma once

#include "crypto/x509.h"

/* x is a stack of X509_EXTENSIONs, or NULL. Text is in the arena; false only
 * when that is full. */
MUST_USE bool x509_read_rules(const void *x, struct arena *a,
			      struct x509_rules *out, struct err *e);
