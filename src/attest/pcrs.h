/*
 * Published register values: our pcrs.json, or what AWS's and other tools
 * print for an image. docs/formats/pcrs.md lists the forms.
 */
#pragma once

#include "attest/verify.h"
#include "base/buf.h"

/*
 * Values are in the arena. PCR8 null says that the image is not signed, and
 * that register is expected to be zero. The name is "NAME VERSION" of the
 * image, or `fallback`, which may be NULL, where the form has none. There are
 * PCR0, PCR1 and PCR2, or a PCR8 alone that is not zero. ERR_INPUT when it is
 * none of the forms; "pcrs-several" for a list of more than one.
 */
MUST_USE bool release_parse(struct span text, const char *fallback,
			    struct arena *a, struct release *out,
			    struct err *e);

/*
 * What is expected in one environment (development, staging, production): a
 * file that is kept in git, one release after the other in the order in which
 * they came.
 */
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
/* What verify is told: the releases that may run, and the revoked ones. Sets
 * these two of x; in the arena. When none may run, `name` is what is empty. */
MUST_USE bool environment_expect(const struct environment *v, const char *name,
				 struct arena *a, struct expect *x,
				 struct err *e);
