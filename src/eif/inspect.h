/*
 * All that is known about an image: its sections, what they measure, what is
 * in the small ones, and whose signature it has.
 */
#pragma once

#include "eif/content.h"
#include "eif/sig.h"
#include "pcrs/set.h"

struct eif_inspection {
	struct eif eif;
	struct measured measured;
	struct hash digest; /* eif-digest/1 */
	struct eif_content content;
	struct eifsig sig; /* when content.is_signed, as is what follows */
	struct hash pcr8;
	enum eifsig_verdict verdict;
	struct notes notes;
};

struct eif_inspect_plan {
	bool sha256; /* of the file */
	const struct progress *progress;
};

/*
 * Reads and measures the file as strictly as eif_open and eif_measure do.
 * ERR_INPUT "eif-signature" when the signature is malformed; what a signature
 * in form is worth is in `verdict`, and for the caller to remark upon. Values
 * are in the arena; give back with eif_inspection_finish (DEFER).
 */
MUST_USE bool eif_inspect(const char *path, const struct eif_inspect_plan *plan,
			  struct arena *a, struct eif_inspection *out,
			  struct err *e);
void eif_inspection_finish(struct eif_inspection *i);
/* PCR0, PCR1, PCR2 and, of a signed image, PCR8. Borrowed from *i. */
struct pcr_set eif_inspection_pcrs(const struct eif_inspection *i);
