/*
 * What a build tells the world: pcrs.json (schema nitro-pcrs/1,
 * docs/formats/pcrs.md) and the scrub report (scrub-report/1). Both are
 * canonical: the same build gives the same bytes.
 */
#pragma once

#include "recipe/build.h"
#include "eif/sign.h"

/* Where the record of an image is: "out.eif" gives "out.pcrs.json". */
const char *record_path(const char *image, struct arena *a);
MUST_USE bool record_pcrs(const struct build_job *job,
			  const struct build_image *b,
			  const struct build_result *r, struct buf *out,
			  struct err *e);
/* A record whose image was signed: the file and PCR8 are those of the new one,
 * all else stays. ERR_REFUSED, "record-other", when it is the record of another
 * image than the one that was signed, whose eif-digest/1 is `before`. */
MUST_USE bool record_signed(struct span old, const struct hash *before,
			    const struct eif_signed *now,
			    const struct hash *pcr8, struct buf *out,
			    struct err *e);
/* Is it the record of the image with this eif-digest/1? */
MUST_USE bool record_is_of(struct span record, const struct hash *digest,
			   bool *out, struct err *e);
/* Warns, "record-stale", when there is a record beside the image at this path
 * whose eif.digest is not this one. Silent when there is none, or nothing that
 * can be read as one. */
void record_warn_stale(const char *image, const struct hash *digest,
		       struct arena *a, struct notes *n);
MUST_USE bool record_scrub(const struct build_image *b, struct buf *out,
			   struct err *e);
