/*
 * Where a simulated enclave's first registers come from: an image, measured
 * as the hypervisor would, or a file that says what was measured.
 */
#pragma once

#include "base/note.h"
#include "nsm/bank.h"

/* PCR0, 1, 2 and, for a signed image, 8. The image is checked as strictly as
 * `describe` does; a signature that is no good is a warning, since hardware
 * would not start the image. */
MUST_USE bool boot_from_eif(const char *path, struct arena *a, struct notes *n,
			    struct bank_boot *out, struct err *e);
/*
 * pcrs.json: schema nitro-pcrs/1, or what nitro-cli prints when it builds or
 * describes an image ("Measurements" with PCR0 and so on). PCR0, PCR1 and PCR2
 * must be there.
 */
MUST_USE bool boot_from_pcrs(const char *path, struct arena *a,
			     struct bank_boot *out, struct err *e);
MUST_USE bool boot_from_pcrs_text(struct span text, struct arena *a,
				  struct bank_boot *out, struct err *e);
