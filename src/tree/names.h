/*
 * File names that Linux takes as bytes but that people and other systems may
 * confuse: names not in UTF-8, not composed (Unicode NFC), or equal but for
 * case (Unicode simple case folding).
 */
#pragma once

#include "tree/tree.h"

#include "base/note.h"

/* Notes doubtful names of a tree: one warning for each kind, with the number
 * and the first example. Fails only if an arena is full. */
MUST_USE bool names_check(const struct tree *t, struct notes *to,
			  struct err *e);

bool names_utf8(struct span name);
/* Returns true if the name contains no code point that normal form C excludes
 * or may exclude. */
bool names_composed(struct span name);
/* Compares two names with case folded; 0: equal but for case. */
int names_fold_cmp(struct span a, struct span b);
