/*
 * Platform configuration registers of a Nitro enclave: SHA-384, 48 bytes, all
 * zero at reset, and extended by E(old, data) = SHA-384(old || data).
 */
#pragma once

#include "base/blob.h"
#include "crypto/digest.h"

enum { PCR_SIZE = 48 };

/* E(zeros, digest): a register that was extended once. */
MUST_USE bool pcr_of_digest(const struct hash *digest, struct hash *out,
			    struct err *e);
/* E(zeros, SHA-384(data)): what "pcr --input" prints, and PCR8 when the data
 * is the DER form of the signing certificate. */
MUST_USE bool pcr_of_data(struct span data, struct hash *out, struct err *e);
MUST_USE bool pcr_of_blob(const struct blob *b, struct hash *out,
			  struct err *e);
