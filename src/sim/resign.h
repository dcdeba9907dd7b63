/*
 * Signs documents of QEMU's emulated security module, which does not sign: the
 * same payload with certificates below a root of class qemu, and a signature.
 * This is for tests of programs and protocols; the documents are not evidence
 * about hardware.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "sim/pki.h"

/* Reads the root of class qemu in a directory; fails with ERR_USAGE for another
 * class. */
MUST_USE bool resign_root(const char *dir, struct arena *a,
			  struct sim_root *out, struct err *e);
/*
 * Appends the signed document. The input must be a document of QEMU in any form
 * that verify accepts (attest/doc.h). The leaf's time of issue is the second in
 * which the document was made, so an old document does not become newer. Fails
 * with ERR_INPUT or ERR_REFUSED and a name of reasons.h, as doc_parse.
 */
MUST_USE bool resign_document(const struct sim_root *root,
			      const uint8_t seed[SIM_SEED], struct span in,
			      struct arena *a, struct buf *out, struct err *e);
/* The same with new keys for each call. */
MUST_USE bool resign_fresh(const struct sim_root *root, struct span in,
			   struct arena *a, struct buf *out, struct err *e);
