/*
 * The files that a command reads and writes, declared before it begins, so that
 * no output can destroy an input or another output. Two names of one file are
 * recognised by device and inode after links are followed; names that do not
 * exist yet, by their directory.
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
 * `what` names the file's role for the error: "the image". A path that is NULL,
 * empty, "-", "fd:N", a URI of a token or a device is not a file and claims
 * nothing. An input that does not exist claims nothing: its reader reports it.
 */
MUST_USE bool claim_input(struct claims *c, const char *what, const char *path,
			  struct err *e);
/* Claims a directory whose files are read; no output may be below it. */
MUST_USE bool claim_tree(struct claims *c, const char *what, const char *path,
			 struct err *e);
/* Fails with ERR_USAGE, "output-is-input" or "output-twice", if the file was
 * claimed before. Claim the inputs first. */
MUST_USE bool claim_output(struct claims *c, const char *what, const char *path,
			   struct err *e);
