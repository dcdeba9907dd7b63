/* Files of published registers, for all verbs that take one. */
#pragma once

#include "pcrs/environment.h"

/* Is the file an enclave image, given in place of what is small? Then an error
 * that says so; `what` is wanted, and `hint` where it is. */
MUST_USE bool no_image(const char *path, const char *what, const char *hint,
		       struct err *e);
/* The text of an environment's file. */
MUST_USE bool environment_read(const char *path, struct arena *a,
			       struct span *out, struct err *e);
/* The file's release, in any form that pcrs/release.h reads. */
MUST_USE bool release_file(const char *path, const char *fallback,
			   struct arena *a, struct release *out, struct err *e);
/* The same, and it says what an image is: not PCR8 alone. */
MUST_USE bool release_image(const char *path, const char *fallback,
			    struct arena *a, struct release *out,
			    struct err *e);
