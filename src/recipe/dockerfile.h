/*
 * Proposes a Dockerfile for sources of a program without one. It uses the
 * language's own files: lock files, the entry point, versions. It lists what
 * the user must fill in.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

struct dockerfile {
	const char *found;  /* the file that shows the language; NULL: none */
	struct span text;   /* the Dockerfile */
	struct span ignore; /* the .dockerignore that goes with it */
	const char *todo;   /* sentences: what is left to do; NULL: nothing */
};

/* Searches `dir` for package.json, requirements.txt, go.mod and Cargo.toml, in
 * this order. A malformed file determines only the language. Fails if the arena
 * is full. */
MUST_USE bool dockerfile_propose(const char *dir, struct arena *a,
				 struct dockerfile *d, struct err *e);
