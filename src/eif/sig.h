/*
 * The signature section of an EIF: who vouches for PCR0, with which
 * certificate.
 *
 * A CBOR array of maps {"signing_certificate", "signature"}, whose byte
 * strings are arrays of integers; the first is a PEM file, the second an
 * untagged COSE_Sign1 (RFC 9052) over {"register_index": 0, "register_value":
 * PCR0}. Written byte for byte as AWS's image-format library does.
 *
 * Strict, with these tolerances, each noted as a warning: the two keys in the
 * other order (the reference reads them, QEMU does not: eifsig-order), numbers
 * longer than needed (both read them: eifsig-encoding), more than one entry
 * (everybody uses the first: eifsig-entries), text around the certificate
 * (nitro-cli stores the file as it is: eifsig-preamble), a COSE tag 18 in front
 * (eifsig-tag).
 */
#pragma once

#include "base/buf.h"
#include "base/note.h"
#include "crypto/cose.h"
#include "crypto/x509.h"

struct eifsig {
	struct span pem;  /* as stored, with whatever surrounds the block */
	struct x509 cert; /* its first certificate: the one in PCR8 */
	struct cose_sign1 cose;
	uint64_t index;    /* register that the payload speaks of */
	struct span value; /* what the payload says is in it */
	size_t entries;
};

/* What a signature is worth for an image that measures PCR0. */
enum eifsig_verdict {
	EIFSIG_UNCHECKED, /* there is no answer yet */
	EIFSIG_GOOD,
	EIFSIG_FORGED,      /* not made with the certificate's key */
	EIFSIG_OTHER_IMAGE, /* made, but for another PCR0 */
};

/*
 * Reads a section's data. ERR_INPUT when it is malformed, the certificate is
 * none, or the algorithm unknown. Whether the signature is good is
 * eifsig_check's business. Spans point into the arena.
 */
MUST_USE bool eifsig_parse(struct span section, struct arena *a,
			   struct eifsig *out, struct notes *n, struct err *e);
/* false only when the check could not be done. */
MUST_USE bool eifsig_check(const struct eifsig *s, struct span pcr0,
			   enum eifsig_verdict *out, struct err *e);
/* A sentence without a full stop, for verdicts other than EIFSIG_GOOD too. */
const char *eifsig_verdict_text(enum eifsig_verdict v);

/* Sig_structure over PCR0 for a key on this curve: the bytes to sign. */
MUST_USE bool eifsig_tbs(enum ec_curve c, struct span pcr0, struct buf *out,
			 struct err *e);
/* The section: pem and a raw signature of eifsig_tbs. */
MUST_USE bool eifsig_write(struct span pem, enum ec_curve c, struct span pcr0,
			   struct span sig, struct buf *out, struct err *e);
