/*
 * All facts about an image: its sections, their measurements, the content of
 * the small ones, and its signature.
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
	struct eifsig sig; /* if content.is_signed, as the following fields */
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
 * Fails with ERR_INPUT "eif-signature" if the signature is malformed. `verdict`
 * has the result for a well-formed signature, which the caller reports. Values
 * are in the arena; eif_inspection_finish releases the rest (DEFER).
 */
MUST_USE bool eif_inspect(const char *path, const struct eif_inspect_plan *plan,
			  struct arena *a, struct eif_inspection *out,
			  struct err *e);
void eif_inspection_finish(struct eif_inspection *i);
/* Returns PCR0, PCR1, PCR2 and, of a signed image, PCR8. They point into *i. */
struct pcr_set eif_inspection_pcrs(const struct eif_inspection *i);
