/*
 * Signing with EC keys: from a PEM file, or in a token behind PKCS #11.
 *
 * Signatures of file keys are deterministic (RFC 6979): the same key and
 * message give the same bytes. A token draws its own random number, so its
 * signatures differ from call to call; `deterministic` says which it is.
 */
#pragma once

#include "crypto/ec.h"

/* Zeroed is empty. The private part is in OpenSSL's secure memory and wiped
 * by sign_key_finish (DEFER works). */
struct sign_key {
	void *pkey;          /* of a file, or NULL */
	struct token *token; /* of a token, or NULL */
	enum ec_curve curve; /* EC_NONE for a token: the certificate tells */
	bool deterministic;
};

/*
 * The key in a PEM text: EC PRIVATE KEY (SEC 1), PRIVATE KEY (PKCS #8), or
 * ENCRYPTED PRIVATE KEY with the passphrase (empty: none was given, and an
 * encrypted key is refused). Exactly one key; EC PARAMETERS and certificates
 * beside it are ignored. Only P-256, P-384 and P-521.
 */
MUST_USE bool sign_key_from_pem(struct sign_key *k, struct span pem,
				struct span passphrase, struct err *e);
/*
 * The private key that a PKCS #11 URI (RFC 7512) names, which must be exactly
 * one. Modules are those that p11-kit is configured for, or module-path. The
 * PIN is `pin`, or the content of the file that pin-source names; pin-value
 * is refused, since others can read a command line.
 */
MUST_USE bool sign_key_from_uri(struct sign_key *k, const char *uri,
				struct span pin, struct err *e);
void sign_key_finish(struct sign_key *k);

/*
 * Signs a message with the digest that goes with pub's curve, and checks the
 * result with pub: a key that does not belong to it (ERR_REFUSED,
 * "key-mismatch") or a computation gone wrong gives no signature.
 */
MUST_USE bool sign_message(const struct sign_key *k, const struct ec_pub *pub,
			   struct span message, struct ec_sig *out,
			   struct err *e);
