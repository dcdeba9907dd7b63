/* Values of nonce, user data and public key from the command line. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Reads HEX, @FILE (the bytes of a file) or text:TEXT. Fails with ERR_USAGE on
 * other text; `name` is the option's. */
MUST_USE bool field_value(const char *name, const char *text, size_t max,
			  struct arena *a, struct span *out, struct err *e);
