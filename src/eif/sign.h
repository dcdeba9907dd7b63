/*
 * Signing an image: the certificate, the bytes to sign, and the image with the
 * signature. The measurements do not change; the result is read again to check
 * this.
 */
#pragma once

#include "eif/eif.h"
#include "eif/sig.h"

/* A certificate that may sign at the given time. */
struct eif_signer {
	struct x509 cert;
	struct span pem; /* its block alone, in lines of 64 characters */
	struct ec_pub pub;
};

/*
 * Reads the text of a certificate file. Its first block must be a certificate
 * on one of our curves that is valid at the time `at` (seconds since 1970).
 * Otherwise it fails with ERR_REFUSED, "cert-expired" or "cert-not-yet-valid",
 * because the hypervisor would not start the image. Text around the block is
 * omitted, with a note.
 */
MUST_USE bool eif_signer_open(struct eif_signer *s, struct span text,
			      int64_t at, struct arena *a, struct notes *n,
			      struct err *e);
void eif_signer_finish(struct eif_signer *s); /* s may be zeroed; DEFER */

/* Makes the section from a signature of eifsig_tbs that was made elsewhere, raw
 * or in DER. Fails with ERR_REFUSED "key-mismatch" if the certificate's key did
 * not make it. */
MUST_USE bool eif_signer_attach(const struct eif_signer *s, struct span pcr0,
				struct span sig, struct buf *section,
				struct err *e);

struct eif_sign_plan {
	const struct blob *in;
	const struct eif *eif;         /* of in */
	const struct measured *before; /* of in */
	struct span section;           /* empty: remove the signature */
	const struct progress *progress;
};
/* The new image, read back. */
struct eif_signed {
	struct eif eif;
	struct measured measured; /* with the SHA-256 of the file */
	struct hash digest;       /* eif-digest/1 */
};
/*
 * Copies the image to fd, an empty regular file open for reading and writing,
 * with this signature section at the end, which replaces an existing one. Then
 * reads the copy and compares. Memory does not depend on the size.
 */
MUST_USE bool eif_sign_copy(const struct eif_sign_plan *p, int fd,
			    struct arena *a, struct eif_signed *out,
			    struct err *e);
