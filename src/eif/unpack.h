/*
 * An EIF as a directory, and back: one file per section, and eif.json, which
 * has the remaining facts (order, flags, hints). Packing an unpacked directory
 * gives the same bytes, except that unused slots of the header's table become
 * zero (eif-unused warns of them).
 */
#pragma once

#include "eif/write.h"

#define UNPACK_LIST "eif.json"

/* Writes the parts to dir, an open, empty directory. */
MUST_USE bool eif_unpack(const struct blob *b, const struct eif *eif, int dir,
			 struct err *e);
/* Makes the image from dir, an open directory with eif.json, in out, an empty
 * file of the caller. */
MUST_USE bool eif_repack(int dir, int out, struct arena *a, struct eif *eif,
			 struct measured *m, struct err *e);
