/*
 * What people write to name an image, and what registries call things:
 * references (distribution reference grammar) and platforms (image-spec
 * image-index.md).
 *
 * Strict: a reference that a registry would not take is refused here, with
 * the reason. Spans point into the text that was parsed, or are literals.
 */
#pragma once

#include "base/arena.h"
#include "crypto/digest_id.h"

/*
 * [docker://]host[:port]/name[:tag][@digest]. Without a host it is Docker Hub
 * ("docker.io"), where a name of one component gets "library/" in front.
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
/* host/name[:tag][@digest] in full, without docker://; NULL: arena full. */
char *reference_text(struct arena *a, const struct reference *r);
/* Is it a tag as registries take them. */
bool reference_tag_ok(struct span tag);
/* The host without port and brackets: "::1". */
struct span reference_hostname(const struct reference *r);

/* GOOS, GOARCH and variant; the variant may be empty. */
struct platform {
	struct span os, arch, variant;
};

/* From what uname says: "x86_64", "aarch64"; also "amd64", "arm64". */
MUST_USE bool platform_from_machine(struct span machine, struct platform *out,
				    struct err *e);
/* "x86_64" for linux/amd64 and so on; NULL for one that we do not build. */
const char *platform_machine(const struct platform *p);
/*
 * Do programs for `has` run where `want` is asked for: same system and
 * architecture, and the variant is the base line (none, amd64 "v1", arm64
 * "v8"). Newer variants need newer processors and do not match.
 */
bool platform_match(const struct platform *want, const struct platform *has);
/* "linux/amd64/v2"; foreign text is escaped by the caller. NULL: arena full */
char *platform_text(struct arena *a, const struct platform *p);
