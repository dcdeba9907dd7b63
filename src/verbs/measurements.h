/* Registers of an image as nitro-cli prints them, for all verbs that do. */
#pragma once

#include "codec/jwrite.h"
#include "eif/measure.h"

/* The member "Measurements". pcr8: NULL, or empty when there is none. */
void measurements_put(struct jw *w, const struct hash *const pcr[3],
		      const struct hash *pcr8);
/* A document with nothing else, and its end of line. */
MUST_USE bool measurements_text(struct buf *b, const struct measured *m,
				const struct hash *pcr8, struct err *e);
