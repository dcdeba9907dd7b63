/*
 * Applies a layer (a tar archive) to an image's tree, as OCI image-spec
 * layer.md defines and container engines do.
 *
 * Names lose "./", leading and doubled slashes; ".." is refused. A parent that
 * is a symbolic link of the tree is followed inside the tree. Whiteouts hide
 * names of lower layers, never names of this layer, whatever the order of the
 * entries. A hard link shares the inode of a name from this or a lower layer;
 * it is an error if that name does not exist.
 *
 * Content is not copied if the archive is not compressed; otherwise it is in
 * the image's spool.
 */
#pragma once

#include "tree/image.h"
#include "sys/window.h"

struct layer_source {
	/* The archive; its first bytes show whether it is compressed. The
	 * descriptor must stay open as long as the image: image_keep_fd. */
	struct window window;
	const char *what;    /* for messages: "layer 2 of 5" */
	struct span digest;  /* "sha256:..." of the window's bytes; or empty */
	struct span diff_id; /* the same of the uncompressed tar; or empty */
	bool plain;          /* not a layer: names have no special meaning */
};

/*
 * Reads the window once if there is a digest to check or data to decompress,
 * and then applies the layer. A digest that differs is ERR_INPUT
 * "layer-digest". An archive without an end mark is ERR_INPUT "tar-truncated",
 * unless a digest was given, which proves that the archive is complete.
 */
MUST_USE bool image_apply_layer(struct image *m, const struct layer_source *s,
				struct err *e);
