/*
 * Published register values: our pcrs.json, or what AWS's and other tools
 * print for an image. docs/formats/pcrs.md lists the forms.
 */
#pragma once

#include "pcrs/set.h"

/* Registers that belong together, under a name such as a version. */
struct release {
	const char *name;
	struct pcr_set pcrs;
	/* When it may run, both included; 0: no bound. */
	int64_t from, to;
};

/*
 * Values are in the arena. PCR8 null says that the image is not signed, and
 * that register is expected to be zero. The name is "NAME VERSION" of the
 * image, or `fallback`, which may be NULL, where the form has none. There are
 * PCR0, PCR1 and PCR2, or a PCR8 alone that is not zero. ERR_INPUT when it is
 * none of the forms; "pcrs-several" for a list of more than one.
 */
MUST_USE bool release_parse(struct span text, const char *fallback,
			    struct arena *a, struct release *out,
			    struct err *e);
