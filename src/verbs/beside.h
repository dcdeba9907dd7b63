/* The record (pcrs.json) that lies beside an image, and may be of another. */
#pragma once

#include "base/note.h"
#include "crypto/digest.h"

/* Warns, "record-stale", when there is a record beside the image at this path
 * whose eif.digest is not this one. Silent when there is none, or nothing that
 * can be read as one. */
void warn_stale_record(const char *image, const struct hash *digest,
		       struct arena *a, struct notes *n);
