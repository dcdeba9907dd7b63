/*
 * Dockerfiles are built by a program that the user has installed: docker with
 * buildx, docker alone, buildctl or buildah. This program does not implement
 * RUN, COPY and so on.
 *
 * The engines are tried in that order and the first that works is used: docker
 * if its server answers, buildctl if buildkitd answers, buildah if it is
 * installed. Each gets SOURCE_DATE_EPOCH as a build argument and, if it
 * supports that, the option to clamp file times to it.
 *
 * The engine's output is forwarded to our standard error; with `quiet`, only
 * if the engine fails. The image is written to an unnamed file. If an engine
 * requires a name (buildah), the file is in a temporary directory until it is
 * complete.
 *
 * A signal is forwarded to the engine and its children. When they have ended,
 * the tag and the temporary directory are removed, and then the signal ends
 * this process.
 */
#pragma once

#include "tree/image.h"

struct source;
struct source_options;
struct claims;

enum engine { ENGINE_AUTO, ENGINE_DOCKER, ENGINE_BUILDCTL, ENGINE_BUILDAH };
/* "auto" and so on, in the order of the enum; NULL follows the last. */
extern const char *const engine_names[];

struct engine_build {
	enum engine engine;
	const char *dockerfile; /* NULL: as the source determines */
	const char *context;    /* NULL: the Dockerfile's directory */
	const char *target;     /* NULL: the last stage */
	const char *network;    /* of RUN: none, host, default; NULL: any */
	struct strings args;    /* NAME=VALUE, or NAME: from our environment */
};

/* The functions of the kind's row (source/rows.h). engine_open names the
 * engine that it used in the note "engine". It fails with ERR_NOTFOUND
 * "engine-none" if no engine works and "dockerfile-missing" if there is no
 * Dockerfile. */
MUST_USE bool engine_open(const struct source *s,
			  const struct source_options *o, struct image *m,
			  struct err *e);
/* Checks that the Dockerfile and its context exist and that an engine is
 * installed. */
MUST_USE bool engine_ready(const struct source *s,
			   const struct source_options *o, struct arena *a,
			   struct err *e);
/* Claims the Dockerfile and the few files of the context that an engine always
 * reads. .dockerignore may exclude the others, so an image may be written
 * there. */
MUST_USE bool engine_claim(const struct source *s,
			   const struct source_options *o, struct claims *c,
			   struct err *e);
bool engine_missing(const char *path, struct err *e);
/* Returns true if the file is named like a Dockerfile. */
bool engine_is_file(const char *path);
