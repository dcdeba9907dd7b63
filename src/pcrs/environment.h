/*
 * What is expected in one environment (development, staging, production): a
 * file that is kept in git, one release after the other in the order in which
 * they came.
 */
#pragma once

#include "base/buf.h"
#include "pcrs/release.h"

struct environment {
	struct release *v;
	const char **revoked; /* the reason, or NULL, of each */
	size_t n;
};
enum { ENVIRONMENT_MAX = 4096, ENVIRONMENT_TEXT_MAX = 4 << 20 };

/* Is this an environment's name: one component of a path, and no path? */
MUST_USE bool environment_named(const char *name);
/* "veraclave-environment/1", and no key that it does not have. ERR_INPUT
 * otherwise, also for an empty text: where there is no file yet, a zeroed
 * struct is the environment without releases. */
MUST_USE bool environment_parse(struct span text, struct arena *a,
				struct environment *out, struct err *e);
MUST_USE bool environment_put(struct buf *b, const struct environment *v,
			      struct err *e);
/* Its index, or v->n. */
size_t environment_find(const struct environment *v, const char *name);
/* One more at the end. The same again changes nothing; another one of the same
 * name, or one that is revoked, is ERR_REFUSED ("release-taken",
 * "release-revoked"). */
MUST_USE bool environment_add(struct environment *v, const struct release *r,
			      struct arena *a, struct err *e);
