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

#include "tree/image.h"

struct source;
struct source_options;
struct claims;

enum engine { ENGINE_AUTO, ENGINE_DOCKER, ENGINE_BUILDCTL, ENGINE_BUILDAH };
/* "auto" and so on, in that order, and NULL behind the last. */
extern const char *const engine_names[];

struct engine_build {
	enum engine engine;
	const char *dockerfile; /* NULL: what the source says */
	const char *context;    /* NULL: the Dockerfile's directory */
	const char *target;     /* NULL: the last stage */
	const char *network;    /* of RUN: none, host, default; NULL: any */
	struct strings args;    /* NAME=VALUE, or NAME: from our environment */
};

/* The functions of the kind's row (source/rows.h). The note "engine" says which
 * was taken. ERR_NOTFOUND "engine-none" when there is none, and
 * "dockerfile-missing". */
MUST_USE bool engine_open(const struct source *s,
			  const struct source_options *o, struct image *m,
			  struct err *e);
/* The Dockerfile and its context are there, and one of the engines is
 * installed. */
MUST_USE bool engine_ready(const struct source *s,
			   const struct source_options *o, struct arena *a,
			   struct err *e);
/* What else of a context is read, .dockerignore says: images may be in it. */
MUST_USE bool engine_claim(const struct source *s,
			   const struct source_options *o, struct claims *c,
			   struct err *e);
bool engine_missing(const char *path, struct err *e);
/* A file that is named like a Dockerfile. */
bool engine_is_file(const char *path);
