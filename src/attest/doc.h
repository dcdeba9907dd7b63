/*
 * Attestation documents of Nitro Enclaves: a COSE_Sign1 whose payload is a
 * CBOR map with nine keys (docs/formats/attestation.md). This module checks the
 * form and the rules about single fields; path.h and verify.h check whether the
 * content is true.
 *
 * The parser is strict, with only the tolerances that
 * docs/formats/attestation.md lists. Each refusal has its own stable name
 * (err.id, reasons.h).
 */
#pragma once

#include "crypto/cose.h"
#include "pcrs/set.h"

enum {
	DOC_BUNDLE_MAX = 8,   /* hardware sends four */
	DOC_CERT_MAX = 1024,  /* AWS's limit for one certificate */
	DOC_FIELD_MAX = 1024, /* limit of the caller's fields */
	DOC_SIZE_MAX = 16384, /* the whole document: 5 KiB are usual, a
				 response of the device has 12 KiB */
};

struct doc {
	struct cose_sign1 cose;
	bool indefinite; /* the length of the payload's map */
	struct span module_id;
	uint64_t timestamp_ms; /* since 1970 */
	struct pcr_set pcrs;
	struct span certificate;
	struct span bundle[DOC_BUNDLE_MAX]; /* root first */
	size_t nbundle;
	struct maybe public_key, user_data, nonce;
};

/*
 * Parses the whole input; all spans point into it. Fails with ERR_INPUT if the
 * input is not a document, and with ERR_REFUSED if it breaks a rule; *out is
 * not set then.
 */
MUST_USE bool doc_parse(struct span in, struct doc *out, struct err *e);

/*
 * The same for the documents of QEMU's emulated NSM, which doc_parse refuses:
 * they have algorithm -1, and zeros for signature and certificates. Fails with
 * "doc-not-qemu" for any other document, above all for a signed one. The
 * content is not proven.
 */
MUST_USE bool doc_parse_qemu(struct span in, struct doc *out, struct err *e);

/* Splits the module id "i-0123-enc4567" into "i-0123" and "4567". Returns false
 * if it has another form. */
bool doc_module(const struct doc *d, struct span *instance,
		struct span *enclave);
