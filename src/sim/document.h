/*
 * Writing attestation documents (docs/formats/attestation.md): the payload,
 * with its keys in the order of hardware, and the COSE_Sign1 around it, which
 * the leaf of a chain below a user's own root signs.
 */
#pragma once

#include "nsm/proto.h"
#include "pcrs/set.h"
#include "sim/pki.h"

enum { NSM_DOCUMENT_MAX = 64 * 1024 };

struct nsm_document {
	bool definite;      /* the length of the payload's map */
	const char *digest; /* "SHA384" */
	struct span module_id;
	uint64_t timestamp_ms; /* since 1970 */
	struct pcr_set pcrs;
	const struct sim_chain *chain;
	struct maybe public_key, user_data, nonce;
};

void nsm_put_payload(struct buf *b, const struct nsm_document *d);
/* Signs with the leaf's key. */
MUST_USE bool nsm_sign_payload(const struct sim_chain *c, struct span payload,
			       struct ec_sig *out, struct err *e);
void nsm_put_signed(struct buf *b, struct span payload,
		    const struct ec_sig *sig);
