/*
 * A certificate and its key, from files, descriptors or tokens, and the
 * signature section that they make.
 */
#pragma once

#include "eif/sign.h"

struct signing {
	const char *cert; /* a PEM file */
	const char *key;  /* a PEM file, fd:N, or a pkcs11: URI */
	const char
		*passphrase; /* of an encrypted file: FILE or fd:N; or NULL */
	const char *pin;     /* of the token, likewise */
	/* The options or keys that set them, for hints; or NULL. */
	const char *passphrase_by, *pin_by;
	int64_t at; /* when the certificate must be valid */
};

/* Reads the certificate. The caller releases the signer with
 * eif_signer_finish. */
MUST_USE bool signing_open(const struct signing *s, struct arena *a,
			   struct notes *n, struct eif_signer *out,
			   struct err *e);
/* Does signing_open, and checks that the other files can be read, before the
 * image exists. It does not touch a pipe, which can be read only once. */
MUST_USE bool signing_ready(const struct signing *s, struct arena *a,
			    struct notes *n, struct eif_signer *out,
			    struct err *e);
/* Makes the section for an image with this PCR0. Without a file for the PIN, it
 * asks for it on a terminal. */
MUST_USE bool signing_section(const struct signing *s,
			      const struct eif_signer *signer, struct span pcr0,
			      struct notes *n, struct buf *section,
			      struct err *e);
