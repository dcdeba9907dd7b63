/*
 * Applying a layer (a tar archive) to an image's tree, as OCI image-spec
 * layer.md says and container engines do.
 *
 * Names lose "./", leading and doubled slashes; ".." is refused. A parent
 * that is a symbolic link of the tree is followed inside the tree. Whiteouts
 * hide what lower layers put there, never what this layer puts there, in
 * whatever order they come. A hard link shares the inode of a name that this
 * or a lower layer has put there; it is an error when there is none.
 *
 * Content stays where it is: in the archive when that is not compressed,
 * else in the image's spool.
 */
#pragma once

#include "tree/image.h"
#include "sys/window.h"

struct layer_source {
	/* The archive, perhaps compressed (found by looking). The descriptor
	 * must stay open as long as the image: image_keep_fd. */
	struct window window;
	const char *what;    /* for messages: "layer 2 of 5" */
	struct span digest;  /* "sha256:..." of the window's bytes; or empty */
	struct span diff_id; /* the same of the uncompressed tar; or empty */
	bool plain;          /* not a layer: names have no special meaning */
};

/*
 * Reads the window once when there is something to check or decompress, and
 * then applies it. A digest that differs is ERR_INPUT "layer-digest". An
 * archive without an end mark is ERR_INPUT "tar-truncated" unless a digest
 * was given (then it is known to be whole).
 */
MUST_USE bool image_apply_layer(struct image *m, const struct layer_source *s,
				struct err *e);
