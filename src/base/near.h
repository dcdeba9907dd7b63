/* "Did you mean": how far apart two names are. */
#pragma once

#include "base/compiler.h"

/* Letters put in, left out or replaced to make b of a; names over 40 letters
 * are far from everything. */
size_t near_distance(const char *a, const char *b);

/* Farther than this is no misspelling of a name of n letters. */
size_t near_enough(size_t n);
