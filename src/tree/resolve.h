/*
 * Follows a path inside an image as a process in it would, with the image's
 * root as root: symbolic links are followed, and no path leads outside.
 */
#pragma once

#include "tree/tree.h"

/*
 * Finds the path without links, "." and "..", relative to the root ("" is the
 * root itself), in the arena. Components that do not exist stay as written;
 * *node is then NULL, and also for the root. More than 40 links is ERR_INPUT
 * "path-links".
 */
MUST_USE bool tree_resolve(const struct tree *t, struct span path,
			   struct arena *a, struct span *out,
			   struct node **node, struct err *e);
