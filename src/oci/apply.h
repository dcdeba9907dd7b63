/* Makes an image's file tree from its documents. */
#pragma once

#include "oci/oci.h"

/*
 * Copies the configuration into the image and applies all layers in order,
 * each checked against its digest, its size and the configuration's diff_id.
 */
MUST_USE bool oci_apply(const struct oci_store *s, const struct oci_image *i,
			struct image *m, struct err *e);
