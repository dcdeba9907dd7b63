/* The proposal of `init`: the sources that a directory has. */
#pragma once

#include "codec/toml_doc.h"
#include "recipe/dockerfile.h"

struct config_proposal {
	struct toml_line line[6];
	size_t n;
	struct dockerfile dockerfile; /* for sources that have none */
};

/*
 * Searches `dir`, in this order, for a Dockerfile, an OCI image layout (the
 * directory or one in it), an archive (*.tar), a root file system. Without
 * these it proposes a Dockerfile for sources of a program (package.json,
 * go.mod), which is shown, or else a small Debian system. For an existing
 * Dockerfile without .dockerignore it sets dockerfile.ignore, but not
 * dockerfile.text. With `write` the caller writes the proposed Dockerfile: only
 * sources of a program are searched, and it fails with ERR_REFUSED
 * "init-language" if there are none. Texts are in the arena. Otherwise it fails
 * only if the directory cannot be read or the arena is full.
 */
MUST_USE bool propose(const char *dir, bool write, struct arena *a,
		      struct config_proposal *p, struct err *e);
