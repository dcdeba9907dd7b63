/*
 * Attestation documents of Nitro Enclaves: a COSE_Sign1 whose payload is a
 * CBOR map with nine keys (docs/formats/attestation.md). The form and every
 * rule about one field alone are judged here; whether anything in it is true
 * is path.h's and verify.h's question.
 *
 * Strict, with the tolerances that docs/formats/attestation.md lists and
 * nothing else. Each refusal has its own stable name (err.id, reasons.h).
 */
#pragma once

#include "crypto/cose.h"
#include "pcrs/set.h"

enum {
	DOC_BUNDLE_MAX = 8,   /* hardware sends four */
	DOC_CERT_MAX = 1024,  /* AWS's limit for one certificate */
	DOC_FIELD_MAX = 1024, /* and for what the caller puts in */
	DOC_SIZE_MAX = 16384, /* all of it: 5 KiB are usual, 12 KiB fit a
				 response of the device */
};

struct doc {
	struct cose_sign1 cose;
	bool indefinite; /* the payload's map, as hardware since 2025 */
	struct span module_id;
	uint64_t timestamp_ms; /* since 1970 */
	struct pcr_set pcrs;
	struct span certificate;
	struct span bundle[DOC_BUNDLE_MAX]; /* root first */
	size_t nbundle;
	struct maybe public_key, user_data, nonce;
};

/*
 * The whole input. All spans are in it. ERR_INPUT when it is no document at
 * all, ERR_REFUSED when it is one that breaks a rule; nothing is given out
 * then.
 */
MUST_USE bool doc_parse(struct span in, struct doc *out, struct err *e);

/*
 * The same for what QEMU's emulated NSM writes and doc_parse refuses: algorithm
 * -1, and zeros for signature and certificates. "doc-not-qemu" for any other
 * document, a signed one above all. Nothing of it is proven, or could be.
 */
MUST_USE bool doc_parse_qemu(struct span in, struct doc *out, struct err *e);

/* "i-0123" of the module id "i-0123-enc4567", and "4567"; false when it is of
 * another form. */
bool doc_module(const struct doc *d, struct span *instance,
		struct span *enclave);
