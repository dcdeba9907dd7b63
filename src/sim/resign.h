/*
 * The signing front for QEMU's emulated security module, which signs nothing:
 * the same payload with certificates below a root of class qemu, and a
 * signature. For tests of programs and protocols; as evidence it is worth what
 * the word of whoever runs the emulator is worth.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "sim/pki.h"

/* The root of class qemu in a directory; ERR_USAGE for another class. */
MUST_USE bool resign_root(const char *dir, struct arena *a,
			  struct sim_root *out, struct err *e);
/*
 * Appends the signed document. The input is a document of QEMU's in any form
 * that verify takes, and nothing else (attest/doc.h). Its leaf was issued in
 * the second in which the document was made: an old one does not get younger.
 * ERR_INPUT or ERR_REFUSED with a name of reasons.h, as doc_parse.
 */
MUST_USE bool resign_document(const struct sim_root *root,
			      const uint8_t seed[SIM_SEED], struct span in,
			      struct arena *a, struct buf *out, struct err *e);
/* The same with keys that are new each time. */
MUST_USE bool resign_fresh(const struct sim_root *root, struct span in,
			   struct arena *a, struct buf *out, struct err *e);
