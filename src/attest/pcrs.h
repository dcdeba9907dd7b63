/*
 * Published register values: our pcrs.json (docs/formats/pcrs.md), or what
 * nitro-cli prints for a build (an object with Measurements).
 */
#pragma once

#include "attest/verify.h"

/*
 * Values are in the arena. PCR8 null says that the image is not signed, and
 * that register is expected to be zero. The name is "NAME VERSION", or
 * `fallback` for nitro-cli's form. ERR_INPUT when it is neither of the two,
 * or without PCR0, PCR1 and PCR2.
 */
MUST_USE bool release_parse(struct span text, const char *fallback,
			    struct arena *a, struct release *out,
			    struct err *e);
