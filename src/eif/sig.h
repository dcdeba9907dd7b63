/*
 * The signature section of an EIF: a signature of PCR0, and its certificate.
 *
 * A CBOR array of maps {"signing_certificate", "signature"}, whose byte
 * strings are arrays of integers; the first is a PEM file, the second an
 * untagged COSE_Sign1 (RFC 9052) over {"register_index": 0, "register_value":
 * PCR0}. Written byte for byte as AWS's image-format library does.
 *
 * Strict, with these tolerances, each noted as a warning: the two keys in the
 * other order (the reference reads them, QEMU does not: eifsig-order), numbers
 * longer than needed (both read them: eifsig-encoding), more than one entry
 * (every reader uses the first: eifsig-entries), text around the certificate
 * (nitro-cli stores the file unchanged: eifsig-preamble), a leading COSE tag 18
 * (eifsig-tag).
 */
#pragma once

#include "base/buf.h"
#include "base/note.h"
#include "crypto/cose.h"
#include "crypto/x509.h"

struct eifsig {
	struct span pem;  /* as stored, with any text around the block */
	struct x509 cert; /* its first certificate: the one in PCR8 */
	struct cose_sign1 cose;
	uint64_t index;    /* the register in the payload */
	struct span value; /* its value in the payload */
	size_t entries;
};

/* The result of checking a signature against PCR0 of an image. */
enum eifsig_verdict {
	EIFSIG_UNCHECKED, /* not checked yet */
	EIFSIG_GOOD,
	EIFSIG_FORGED,      /* not made with the certificate's key */
	EIFSIG_OTHER_IMAGE, /* made for another PCR0 */
};

/*
 * Reads a section's data. Fails with ERR_INPUT if it or the certificate is
 * malformed, or the algorithm unknown. eifsig_check checks the signature. Spans
 * point into the arena.
 */
MUST_USE bool eifsig_parse(struct span section, struct arena *a,
			   struct eifsig *out, struct notes *n, struct err *e);
/* Returns false only if the check was not possible. */
MUST_USE bool eifsig_check(const struct eifsig *s, struct span pcr0,
			   enum eifsig_verdict *out, struct err *e);
/* Returns a sentence without a full stop, for every verdict. */
const char *eifsig_verdict_text(enum eifsig_verdict v);

/* Appends the Sig_structure over PCR0 for a key on this curve: the bytes to
 * sign. */
MUST_USE bool eifsig_tbs(enum ec_curve c, struct span pcr0, struct buf *out,
			 struct err *e);
/* Appends the section: pem and a raw signature of eifsig_tbs. */
MUST_USE bool eifsig_write(struct span pem, enum ec_curve c, struct span pcr0,
			   struct span sig, struct buf *out, struct err *e);
