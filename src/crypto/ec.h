/*
 * Elliptic-curve public keys on the three NIST curves that enclaves use, and
 * the ECDSA signatures made with them (FIPS 186-5; SEC 1).
 *
 * Signatures are r and s as two big-endian numbers of the curve's size, one
 * after the other, as COSE has them (RFC 9053 section 2.1); ec_sig_from_der
 * and ec_sig_to_der translate to and from what OpenSSL, PKCS #11 tools and
 * key services give. Both halves of the values that add up to the group order
 * are valid: about half of the signatures made by Nitro hardware have a high s.
 */
#pragma once

#include "crypto/digest.h"

enum ec_curve { EC_NONE, EC_P256, EC_P384, EC_P521 };
enum { EC_CURVES = 4, EC_SIZE_MAX = 66, EC_SIG_MAX = 2 * EC_SIZE_MAX };

/* A raw signature: the first n bytes of v. */
struct ec_sig {
	uint8_t v[EC_SIG_MAX];
	size_t n;
};

/* A public key ready for use. Zeroed is empty; ec_pub_finish gives back what
 * it holds (DEFER works). */
struct ec_pub {
	void *pkey;
	enum ec_curve curve;
};

/* "P-256" and so on; "none" for EC_NONE. */
const char *ec_curve_name(enum ec_curve c);
/* Bytes of one coordinate: 32, 48, 66. */
size_t ec_size(enum ec_curve c);
/* The digest that goes with the curve: SHA-256, SHA-384, SHA-512. */
enum digest_kind ec_digest(enum ec_curve c);

/* From an uncompressed point (04, x, y). Refused when not on the curve. */
MUST_USE bool ec_pub_from_point(struct ec_pub *k, enum ec_curve c,
				struct span point, struct err *e);
/* The same, in a quarter of the time if `like` is a key on the same curve.
 * `like` may be NULL or on another curve. */
MUST_USE bool ec_pub_like(struct ec_pub *k, const struct ec_pub *like,
			  enum ec_curve c, struct span point, struct err *e);
/* One more holder of the same key, also in another thread; both finish theirs.
 */
MUST_USE bool ec_pub_share(struct ec_pub *k, const struct ec_pub *from);
void ec_pub_finish(struct ec_pub *k);

/* Does sig sign the digest of the message that the curve goes with? ERR_REFUSED
 * when it does not. */
MUST_USE bool ec_verify(const struct ec_pub *k, struct span message,
			struct span sig, struct err *e);
/* The same for a digest, computed already, of any of the three kinds. */
MUST_USE bool ec_verify_digest(const struct ec_pub *k, struct span digest,
			       struct span sig, struct err *e);

/* Strict DER SEQUENCE of two INTEGERs, 0 < r, s < the group's order. */
MUST_USE bool ec_sig_from_der(enum ec_curve c, struct span der,
			      struct ec_sig *out, struct err *e);
MUST_USE bool ec_sig_to_der(enum ec_curve c, struct span sig, struct arena *a,
			    struct span *out, struct err *e);
struct span ec_sig_span(const struct ec_sig *s);
