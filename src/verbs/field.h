/* Values of nonce, user data and public key, as the command line gives them. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* HEX, @FILE for the bytes of a file, or text:TEXT. ERR_USAGE when it is none
 * of these; `name` is the option's. */
MUST_USE bool field_value(const char *name, const char *text, size_t max,
			  struct arena *a, struct span *out, struct err *e);
