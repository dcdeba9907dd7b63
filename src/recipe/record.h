/*
 * The published results of a build: pcrs.json (schema nitro-pcrs/1,
 * docs/formats/pcrs.md) and the scrub report (scrub-report/1). Both are
 * canonical: the same build gives the same bytes.
 */
#pragma once

#include "recipe/build.h"
#include "eif/sign.h"

/* Returns the path of an image's record: "out.pcrs.json" for "out.eif". */
const char *record_path(const char *image, struct arena *a);
MUST_USE bool record_pcrs(const struct build_job *job,
			  const struct build_image *b,
			  const struct build_result *r, struct buf *out,
			  struct err *e);
/* Writes the record of a signed image: the file and PCR8 are those of the new
 * image, everything else is unchanged. Fails with ERR_REFUSED "record-other" if
 * `old` is not the record of the image that was signed, whose eif-digest/1 is
 * `before`. */
MUST_USE bool record_signed(struct span old, const struct hash *before,
			    const struct eif_signed *now,
			    const struct hash *pcr8, struct buf *out,
			    struct err *e);
/* Sets *out to whether it is the record of the image with this eif-digest/1. */
MUST_USE bool record_is_of(struct span record, const struct hash *digest,
			   bool *out, struct err *e);
/* Warns with "record-stale" if the image at this path has a record whose
 * eif.digest differs. Does nothing if there is no readable record. */
void record_warn_stale(const char *image, const struct hash *digest,
		       struct arena *a, struct notes *n);
MUST_USE bool record_scrub(const struct build_image *b, struct buf *out,
			   struct err *e);
