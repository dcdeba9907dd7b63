/*
 * References to images (distribution reference grammar) and platforms
 * (image-spec image-index.md).
 *
 * Parsing is strict: a reference that a registry would not accept is refused
 * here, with the reason. Spans point into the text that was parsed, or are
 * literals.
 */
#pragma once

#include "base/arena.h"
#include "crypto/digest_id.h"

/*
 * [docker://]host[:port]/name[:tag][@digest]. Without a host it is Docker Hub
 * ("docker.io"), where a name of one component gets the prefix "library/".
 */
struct reference {
	struct span host;   /* "docker.io", "localhost:5000", "[::1]:5000" */
	struct span prefix; /* "library/" or empty, a literal */
	struct span name;   /* what follows it */
	struct span tag;    /* empty: none given */
	struct digest_id digest;
};

MUST_USE bool reference_parse(struct span text, struct reference *out,
			      struct err *e);
/* Returns host/name[:tag][@digest] in full, without docker://; NULL if the
 * arena is full. */
char *reference_text(struct arena *a, const struct reference *r);
/* Returns true if registries accept it as a tag. */
bool reference_tag_ok(struct span tag);
/* Returns the host without port and brackets: "::1". */
struct span reference_hostname(const struct reference *r);

/* GOOS, GOARCH and variant; the variant may be empty. */
struct platform {
	struct span os, arch, variant;
};

/* Accepts the names of uname, "x86_64" and "aarch64", and "amd64" and "arm64".
 */
MUST_USE bool platform_from_machine(struct span machine, struct platform *out,
				    struct err *e);
/* Returns "x86_64" for linux/amd64 and so on; NULL for a platform that we do
 * not build. */
const char *platform_machine(const struct platform *p);
/*
 * Returns true if programs for `has` run where `want` is requested: same
 * system and architecture, and the variant is the base line (none, amd64 "v1",
 * arm64 "v8"). Newer variants need newer processors and do not match.
 */
bool platform_match(const struct platform *want, const struct platform *has);
/* Returns "linux/amd64/v2"; the caller escapes foreign text. NULL if the arena
 * is full. */
char *platform_text(struct arena *a, const struct platform *p);
