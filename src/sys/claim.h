/*
 * Which files a command reads and which it writes, told before it begins, so
 * that no output can destroy an input or another output: two names of one file
 * are found by device and inode, links followed, and names that do not exist
 * yet by their directory.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

struct claim;
struct claims {
	struct arena *arena;
	struct claim *first;
};

/*
 * `what` names the file's part for the error: "the image". A path that is NULL,
 * empty, "-", "fd:N", a URI of a token or a device is no file, and claims
 * nothing; so does an input that does not exist, which its reader will say.
 */
MUST_USE bool claim_input(struct claims *c, const char *what, const char *path,
			  struct err *e);
/* A directory whose files are read; an output may not be below it. */
MUST_USE bool claim_tree(struct claims *c, const char *what, const char *path,
			 struct err *e);
/* ERR_USAGE, "output-is-input" or "output-twice", when the file was claimed
 * before. Inputs come first. */
MUST_USE bool claim_output(struct claims *c, const char *what, const char *path,
			   struct err *e);
