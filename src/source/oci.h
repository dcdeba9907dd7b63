/*
 * Images in files: OCI image layouts (image-spec image-layout.md) as a
 * directory or in a tar; what `docker save` writes (image-spec of Docker,
 * version 1.2): manifest.json, a configuration and layers in one tar, since
 * Docker 25 with an OCI layout in the same tar; and what skopeo writes to
 * dir:, a manifest and its blobs in a directory.
 *
 * A name chooses one of several images. It is compared with the names in the
 * layout's index (org.opencontainers.image.ref.name, also
 * io.containerd.image.name) or in RepoTags. Without a name there must be only
 * one image; ERR_USAGE "oci-names" lists them.
 */
#pragma once

#include "oci/oci.h"
#include "source/source.h"

/* The image that is requested. */
struct oci_wanted {
	struct span name; /* may be empty */
	struct platform platform;
};

/* Each fills the image, which image_init made. The windows contain tars that
 * are not compressed; their descriptor must outlive the image. */
MUST_USE bool oci_layout_read(const char *dir, const struct oci_wanted *w,
			      struct image *m, struct err *e);
MUST_USE bool oci_archive_read(const struct window *tar,
			       const struct oci_wanted *w, struct image *m,
			       struct err *e);
MUST_USE bool docker_archive_read(const struct window *tar,
				  const struct oci_wanted *w, struct image *m,
				  struct err *e);
MUST_USE bool docker_dir_read(const char *dir, const struct oci_wanted *w,
			      struct image *m, struct err *e);
/* The functions of the kinds' rows (source/rows.h). */
MUST_USE bool oci_layout_open(const struct source *s,
			      const struct source_options *o, struct image *m,
			      struct err *e);
MUST_USE bool oci_layout_claim(const struct source *s,
			       const struct source_options *o, struct claims *c,
			       struct err *e);
MUST_USE bool oci_archive_open(const struct source *s,
			       const struct source_options *o, struct image *m,
			       struct err *e);
MUST_USE bool docker_archive_open(const struct source *s,
				  const struct source_options *o,
				  struct image *m, struct err *e);
MUST_USE bool docker_dir_open(const struct source *s,
			      const struct source_options *o, struct image *m,
			      struct err *e);
/* Sets the image that a source and its options request. */
MUST_USE bool oci_wanted(const struct source *s, const struct source_options *o,
			 struct oci_wanted *w, struct err *e);
/* Returns the signs (enum source_sign) that a directory is of this kind. */
unsigned docker_dir_signs(const char *dir, struct arena *a);
/*
 * Compares the two images of an archive that contains a layout and the files
 * of docker save. Docker 25.0 and its release candidates wrote layouts without
 * layers, with wrong sizes, or with an empty index, beside a correct
 * manifest.json. In this case *why describes the defect of the layout;
 * otherwise it is NULL.
 */
MUST_USE bool docker_archive_is_better(const struct window *tar,
				       struct image *m, const char **why,
				       struct err *e);

/* Reads an archive of either kind; if it is both, the layout, unless
 * docker_archive_is_better. */
MUST_USE bool any_archive_read(const struct window *tar,
			       const struct oci_wanted *w, struct image *m,
			       struct err *e);

/* One image of a manifest.json. */
struct docker_entry {
	struct span config;
	struct strings tags, layers; /* layers: paths, the lowest first */
};
MUST_USE bool docker_manifest_parse(struct span text, struct arena *a,
				    struct docker_entry **out, size_t *n,
				    struct err *e);
