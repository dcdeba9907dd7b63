/*
 * Signing an image: whose certificate, over which bytes, and the image with
 * the signature in it. What is measured stays as it is, and that is proved by
 * reading the result again.
 */
#pragma once

#include "eif/eif.h"
#include "eif/sig.h"

/* A certificate that may sign now. */
struct eif_signer {
	struct x509 cert;
	struct span pem; /* its block alone, in lines of 64 characters */
	struct ec_pub pub;
};

/*
 * From the text of a certificate file. Its first block must be a certificate
 * on one of our curves, and be valid at the moment `at` (seconds since 1970):
 * else ERR_REFUSED, "cert-expired" or "cert-not-yet-valid", since the
 * hypervisor would not start the image. What surrounds the block is left out,
 * with a note.
 */
MUST_USE bool eif_signer_open(struct eif_signer *s, struct span text,
			      int64_t at, struct arena *a, struct notes *n,
			      struct err *e);
void eif_signer_finish(struct eif_signer *s); /* zeroed is fine; DEFER */

/* The section over a signature made elsewhere of eifsig_tbs, raw or in DER.
 * ERR_REFUSED, "key-mismatch", when the certificate's key did not make it. */
MUST_USE bool eif_signer_attach(const struct eif_signer *s, struct span pcr0,
				struct span sig, struct buf *section,
				struct err *e);

struct eif_sign_plan {
	const struct blob *in;
	const struct eif *eif;         /* of in */
	const struct measured *before; /* of in */
	struct span section;           /* empty: take the signature away */
	const struct progress *progress;
};
/* The new image, as it was read back. */
struct eif_signed {
	struct eif eif;
	struct measured measured; /* with the SHA-256 of the file */
	struct hash digest;       /* eif-digest/1 */
};
/*
 * Copies the image to fd, an empty regular file open for reading and writing,
 * with this signature section as its last, in place of one that was there.
 * Then reads the copy and compares. Memory does not depend on the size.
 */
MUST_USE bool eif_sign_copy(const struct eif_sign_plan *p, int fd,
			    struct arena *a, struct eif_signed *out,
			    struct err *e);
