/*
 * An image in a registry, as a source of images.
 */
#pragma once

#include "tree/image.h"

struct source;
struct source_options;

struct pull {
	bool no_cache;
	const char *cache_dir; /* NULL: the default place */
	uint64_t seconds;      /* time limit of a transfer; 0: by its size */
};

/*
 * Fetches the blobs that are not in the cache and reads the image. A tag gives
 * the warning "registry-tag" with the digest to use instead. Two layers are
 * fetched at a time.
 */
MUST_USE bool pull_open(const struct source *s, const struct source_options *o,
			struct image *m, struct err *e);
