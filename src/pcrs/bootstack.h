/*
 * Who made the boot stack of an image: PCR1 covers kernel, command line and
 * first ramdisk, so that images which share these share its value.
 */
#pragma once

#include "base/span.h"

struct bootstack {
	const char *pcr1; /* hex */
	const char *arch;
	const char *name;   /* "nitro-cli 1.2.0 to 1.3.0" */
	const char *source; /* where the value is stated */
};

/* NULL when the value is not among the known ones. */
const struct bootstack *bootstack_find(struct span pcr1);
