/*
 * A private key in a token that speaks PKCS #11, found by its URI (RFC 7512)
 * through p11-kit. Inside of this folder only; sign.h is the door.
 */
#pragma once

#include "crypto/ec.h"

struct token;

MUST_USE bool token_open(struct token **t, const char *uri, struct span pin,
			 struct err *e);
void token_close(struct token *t); /* NULL is fine */
/* ECDSA over a digest computed by us (CKM_ECDSA). */
MUST_USE bool token_sign(struct token *t, enum ec_curve c, struct span digest,
			 struct ec_sig *out, struct err *e);
