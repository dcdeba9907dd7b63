/*
 * File names that are bytes to Linux but that people and other systems take
 * for something else: not UTF-8, not composed (Unicode NFC), equal but for
 * case (Unicode simple case folding).
 */
#pragma once

#include "tree/tree.h"

#include "base/note.h"

/* Notes what is doubtful about a tree's names: a warning a kind, with the
 * number and the first example. Only an arena at its ceiling is a failure. */
MUST_USE bool names_check(const struct tree *t, struct notes *to,
			  struct err *e);

bool names_utf8(struct span name);
/* Holds no code point that normal form C excludes or may exclude. */
bool names_composed(struct span name);
/* Order of two names with case folded; 0: equal but for case. */
int names_fold_cmp(struct span a, struct span b);
