/*
 * The metadata section: JSON that describes the image. It is not measured;
 * nobody should trust it. Keys as AWS's image-format library wants them, all
 * of them present (src/defs/mod.rs, EifIdentityInfo).
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "codec/json.h"

/* Custom metadata: what AWS documents as the most. */
#define EIF_CUSTOM_MAX ((size_t)4096)

struct eif_meta {
	struct span image_name, image_version;
	struct span build_time; /* RFC 3339 */
	struct span build_tool, build_tool_version;
	struct span os, kernel_version;
	const struct json *docker_info; /* any value; NULL is null */
	const struct json *custom;      /* an object, or null or NULL */
};

/* ERR_INPUT when AWS's reader would refuse it. Spans live as long as doc. */
MUST_USE bool eif_meta_read(const struct json *doc, struct eif_meta *out,
			    struct err *e);
/*
 * The bytes of the section: no white space, the outer keys in the order of
 * AWS's library, everything inside DockerInfo and CustomMetadata sorted, which
 * is what that library writes for the same values. Refuses custom metadata
 * that is no object, too large, or that hides a standard key from describe.
 */
MUST_USE bool eif_meta_write(const struct eif_meta *meta, struct buf *b,
			     struct err *e);
/* "1970-01-01T00:00:00+00:00" for seconds since 1970, in the form that AWS's
 * tools write. NULL when the arena is full. */
const char *eif_meta_time(int64_t epoch, struct arena *a);
