/* Values of nonce, user data and public key, as the command line gives them. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* HEX, @FILE for the bytes of a file, or text:TEXT. ERR_USAGE when it is none
 * of these; `name` is the option's. */
MUST_USE bool field_value(const char *name, const char *text, size_t max,
			  struct arena *a, struct span *out, struct err *e);
/* A public key from a file: "PUBLIC KEY" in PEM becomes its DER, other bytes
 * stay as they are. A private key is ERR_REFUSED ("key-private"). */
MUST_USE bool field_public_key(struct span in, struct arena *a,
			       struct span *out, struct err *e);
