/*
 * Deterministic ECDSA (RFC 6979): the number k, which must never be guessed
 * or repeated, is derived from the key and the message, so that signing needs
 * no randomness and the same input gives the same signature.
 *
 * Inside of this folder only; sign.h is the door.
 */
#pragma once

#include "crypto/ec.h"

/*
 * Signs a digest of the given kind, which also drives the derivation of k.
 * priv is a BIGNUM. The arithmetic that touches k and the key is OpenSSL's
 * constant-time code, on values blinded with fresh randomness.
 */
MUST_USE bool ecdsa_sign(enum ec_curve c, const void *priv,
			 enum digest_kind kind, struct span digest,
			 struct ec_sig *out, struct err *e);
