/*
 * COSE_Sign1 (RFC 9052 section 4.2) with ECDSA: an array of protected header,
 * unprotected header, payload and signature.
 *
 * What Nitro has: the protected header is {1: algorithm} and nothing else, the
 * unprotected one is empty, the payload is there, nothing is tagged. Tag 18 in
 * front is read too, since AWS's text once announced it and some libraries
 * write it; `tagged` tells. We write none.
 */
#pragma once

#include "base/buf.h"
#include "crypto/ec.h"

struct cose_sign1 {
	struct span header;  /* protected, as encoded: it is signed */
	int64_t alg;         /* IANA's number, -35 for ES384 */
	enum ec_curve curve; /* that goes with alg, or EC_NONE */
	struct span payload;
	struct span sig;
	bool tagged;
};

/* "ES384"; NULL for EC_NONE. */
const char *cose_alg_name(enum ec_curve c);

/* The whole input. Judges nothing but the form; the algorithm may be unknown.
 * The spans are in the input. */
MUST_USE bool cose_parse(struct span in, struct cose_sign1 *out, struct err *e);
/* Sig_structure: what is signed for this header and payload. */
void cose_put_tbs(struct buf *b, struct span header, struct span payload);
/* The encoded protected header for signatures on a curve. */
void cose_put_header(struct buf *b, enum ec_curve c);
void cose_put_sign1(struct buf *b, struct span header, struct span payload,
		    struct span sig);
/* ERR_REFUSED when it was not made with this key, also when the algorithm is
 * not the one for the key's curve. */
MUST_USE bool cose_verify(const struct cose_sign1 *s, const struct ec_pub *k,
			  struct err *e);
