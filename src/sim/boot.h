/* A simulated enclave's first registers, from an image, measured as the
 * hypervisor would. */
#pragma once

#include "base/note.h"
#include "sim/bank.h"

/* PCR0, 1, 2 and, for a signed image, 8. The image is checked as strictly as
 * `describe` does; a signature that is no good is a warning, since hardware
 * would not start the image. */
MUST_USE bool boot_from_eif(const char *path, struct arena *a, struct notes *n,
			    struct bank_boot *out, struct err *e);
