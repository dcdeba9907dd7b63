/* Files of published registers, for all verbs that take one. */
#pragma once

#include "pcrs/environment.h"

/* Fails if the file is an enclave image; `what` names the expected file, `hint`
 * where to find it. */
MUST_USE bool no_image(const char *path, const char *what, const char *hint,
		       struct err *e);
/* Reads the text of an environment's file. */
MUST_USE bool environment_read(const char *path, struct arena *a,
			       struct span *out, struct err *e);
/* Reads the file's release, in any form that pcrs/release.h reads. */
MUST_USE bool release_file(const char *path, const char *fallback,
			   struct arena *a, struct release *out, struct err *e);
/* The same, but refuses PCR8 alone, which does not identify an image. */
MUST_USE bool release_image(const char *path, const char *fallback,
			    struct arena *a, struct release *out,
			    struct err *e);
