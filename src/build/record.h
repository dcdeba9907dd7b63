/*
 * What a build tells the world: pcrs.json (schema nitro-pcrs/1,
 * docs/formats/pcrs.md) and the scrub report (scrub-report/1). Both are
 * canonical: the same build gives the same bytes.
 */
#pragma once

#include "build/build.h"

MUST_USE bool record_pcrs(const struct build_job *job,
			  const struct build_image *b,
			  const struct build_result *r, struct buf *out,
			  struct err *e);
MUST_USE bool record_scrub(const struct build_image *b, struct buf *out,
			   struct err *e);
