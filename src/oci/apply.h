/* From an image's documents to its file tree. */
#pragma once

#include "oci/oci.h"

/*
 * Takes the configuration over and applies all layers in their order, each
 * checked against its digest, its size and the configuration's diff_id.
 */
MUST_USE bool oci_apply(const struct oci_store *s, const struct oci_image *i,
			struct image *m, struct err *e);
