/* "Did you mean": how far apart two names are. */
#pragma once

#include "base/compiler.h"

enum { NEAR_NAME = 40 };

/* Letters put in, left out or replaced to make b of a; names over NEAR_NAME
 * letters are far from everything. */
size_t near_distance(const char *a, const char *b);

/* Farther than this is no misspelling of a name of n letters. */
size_t near_enough(size_t n);
