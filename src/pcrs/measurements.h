/* Registers of an image as nitro-cli prints them, for all verbs that do. */
#pragma once

#include "codec/jwrite.h"
#include "pcrs/set.h"

/* The member "Measurements", with the registers of the set. */
void measurements_put(struct jw *w, const struct pcr_set *s);
/* A document with nothing else, and its end of line. */
MUST_USE bool measurements_text(struct buf *b, const struct pcr_set *s,
				struct err *e);
