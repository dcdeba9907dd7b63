/*
 * A Dockerfile for sources of a program that have none. What the language's
 * own files say is used: lock files, the entry point, versions; what they do
 * not say has to be filled in, and is named.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

struct dockerfile {
	const char *found;  /* the file that told the language; NULL: none */
	struct span text;   /* the Dockerfile */
	struct span ignore; /* the .dockerignore that goes with it */
	const char *todo;   /* sentences: what is left to do; NULL: nothing */
};

/* Looks into `dir` for package.json, requirements.txt, go.mod and Cargo.toml,
 * in this order. A file that cannot be read as what it should be tells only
 * the language. Fails when the arena is full. */
MUST_USE bool dockerfile_propose(const char *dir, struct arena *a,
				 struct dockerfile *d, struct err *e);
