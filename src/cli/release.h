/* Files of published registers, for all verbs that take one. */
#pragma once

#include "attest/pcrs.h"

/* The file's release, in any form that attest/pcrs.h reads. */
MUST_USE bool release_file(const char *path, const char *fallback,
			   struct arena *a, struct release *out, struct err *e);
/* The same, and it says what an image is: not PCR8 alone. */
MUST_USE bool release_image(const char *path, const char *fallback,
			    struct arena *a, struct release *out,
			    struct err *e);
