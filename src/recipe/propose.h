/* What `init` proposes: the sources that a directory has. */
#pragma once

#include "codec/toml_doc.h"
#include "recipe/dockerfile.h"

struct config_proposal {
	struct toml_line line[6];
	size_t n;
	struct dockerfile dockerfile; /* for sources that have none */
};

/*
 * Looks into `dir` for, in this order, a Dockerfile, an OCI image layout (the
 * directory or one in it), an archive (*.tar), a root file system; with none
 * of them but sources of a program (package.json, go.mod) a Dockerfile that is
 * still to be written and is shown, else a small Debian system. A Dockerfile
 * that is there gets a .dockerignore, when it has none: dockerfile.ignore, and
 * no dockerfile.text. With `write`
 * the caller writes that Dockerfile: nothing else is looked for, and
 * ERR_REFUSED "init-language" says that there are no such sources. Texts live
 * in the arena. Else fails only when the directory cannot be read or the arena
 * is full.
 */
MUST_USE bool propose(const char *dir, bool write, struct arena *a,
		      struct config_proposal *p, struct err *e);
