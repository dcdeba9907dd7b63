/*
 * A certificate and its key, from wherever they are, and the signature section
 * that they make.
 */
#pragma once

#include "eif/sign.h"

struct signing {
	const char *cert; /* a PEM file */
	const char *key;  /* a PEM file, fd:N, or a pkcs11: URI */
	const char
		*passphrase; /* of an encrypted file: FILE or fd:N; or NULL */
	const char *pin;     /* of the token, likewise */
	/* How the user gives them here, for hints; or NULL. */
	const char *passphrase_by, *pin_by;
	int64_t at; /* when the certificate has to be valid */
};

/* Reads the certificate. Give the signer back with eif_signer_finish. */
MUST_USE bool signing_open(const struct signing *s, struct arena *a,
			   struct notes *n, struct eif_signer *out,
			   struct err *e);
/* signing_open, and what else can be known to fail before the image is there:
 * the other files can be read. A pipe is left alone, since it is read once. */
MUST_USE bool signing_ready(const struct signing *s, struct arena *a,
			    struct notes *n, struct eif_signer *out,
			    struct err *e);
/* The section for an image with this PCR0. Without a file for it, the PIN is
 * asked for where there is a terminal. */
MUST_USE bool signing_section(const struct signing *s,
			      const struct eif_signer *signer, struct span pcr0,
			      struct notes *n, struct buf *section,
			      struct err *e);
