/*
 * Dockerfiles are built by a program that the user has: docker with buildx,
 * docker alone, buildctl or buildah. None of RUN, COPY and so on is ours.
 *
 * Tried in that order, the first that works is taken: docker when its server
 * answers, buildctl when buildkitd does, buildah when it is installed. Each
 * gets SOURCE_DATE_EPOCH as a build argument and, where it knows how, the
 * order to clamp file times to it.
 *
 * What the engine prints goes to our standard error, with `quiet` only when
 * it fails. The image comes to an
 * unnamed file; where an engine insists on a name (buildah), it is in a
 * temporary directory for as long as that takes.
 *
 * A signal goes to the engine and its children; when they have ended, the tag
 * and the temporary directory are put away, and then it ends us.
 */
#pragma once

#include "source/source.h"

enum engine { ENGINE_AUTO, ENGINE_DOCKER, ENGINE_BUILDCTL, ENGINE_BUILDAH };

struct engine_build {
	enum engine engine;
	const char *dockerfile; /* NULL: what the source says */
	const char *context;    /* NULL: the Dockerfile's directory */
	const char *target;     /* NULL: the last stage */
	const char *network;    /* of RUN: none, host, default; NULL: any */
	struct strings args;    /* NAME=VALUE, or NAME: from our environment */
	uint64_t epoch;         /* SOURCE_DATE_EPOCH */
	bool quiet;             /* what it prints is shown if it fails */
};

/* source_opener.open with a struct engine_build as self. The note "engine"
 * says which was taken. ERR_NOTFOUND "engine-none" when there is none. */
MUST_USE bool engine_open(const struct source *s,
			  const struct source_options *o, void *self,
			  struct image *m, struct err *e);

/* What can be known without starting anything: the Dockerfile and its context
 * are there, and one of the engines is installed. False with what engine_open
 * would say. `where` is the source without a prefix. */
MUST_USE bool engine_ready(const char *where, const struct engine_build *how,
			   struct arena *a, struct err *e);

/* A command line, for tests too: what would be run. */
struct argv {
	const char *v[256];
	size_t n;
	bool full;
};
void argv_add(struct argv *a, const char *arg);
