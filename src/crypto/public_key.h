/* Public keys that go into documents: never the private half by mistake. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* A public key from a file: "PUBLIC KEY" in PEM becomes its DER, other bytes
 * stay as they are. A private key is ERR_REFUSED ("key-private"). */
MUST_USE bool public_key_read(struct span in, struct arena *a, struct span *out,
			      struct err *e);
