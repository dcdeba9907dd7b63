/*
 * The metadata section: JSON that describes the image. It is not measured and
 * must not be trusted. It has all keys that AWS's image-format library requires
 * (src/defs/mod.rs, EifIdentityInfo).
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "codec/json.h"

/* The size limit of custom metadata that AWS documents. */
#define EIF_CUSTOM_MAX ((size_t)4096)

struct eif_meta {
	struct span image_name, image_version;
	struct span build_time; /* RFC 3339 */
	struct span build_tool, build_tool_version;
	struct span os, kernel_version;
	const struct json *docker_info; /* any value; NULL is null */
	const struct json *custom;      /* an object, or null or NULL */
};

/* Fails with ERR_INPUT if AWS's reader would refuse it. Spans are valid as long
 * as doc. */
MUST_USE bool eif_meta_read(const struct json *doc, struct eif_meta *out,
			    struct err *e);
/*
 * Writes the section: no white space, the outer keys in the order of AWS's
 * library, the content of DockerInfo and CustomMetadata sorted. That library
 * writes the same bytes for the same values. Refuses custom metadata that is
 * not an object, is too large, or hides a standard key from describe.
 */
MUST_USE bool eif_meta_write(const struct eif_meta *meta, struct buf *b,
			     struct err *e);
/* Formats seconds since 1970 as AWS's tools do: "1970-01-01T00:00:00+00:00".
 * Returns NULL if the arena is full. */
const char *eif_meta_time(int64_t epoch, struct arena *a);
