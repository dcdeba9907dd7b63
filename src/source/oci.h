/*
 * Images in files: OCI image layouts (image-spec image-layout.md) as a
 * directory or in a tar, and what `docker save` writes (image-spec of Docker,
 * version 1.2): manifest.json, a configuration and layers, in one tar; since
 * Docker 25 there is an OCI layout in the same tar. And what skopeo writes to
 * dir:, a manifest and its blobs in a directory.
 *
 * Which of several images is meant is said by a name, as it stands in the
 * layout's index (org.opencontainers.image.ref.name, also
 * io.containerd.image.name) or in RepoTags. Without one there must be only
 * one name; ERR_USAGE "oci-names" lists them.
 */
#pragma once

#include "oci/oci.h"
#include "source/source.h"

/* What is asked for. */
struct oci_wanted {
	struct span name; /* may be empty */
	struct platform platform;
};

/* Each fills the image, which image_init made. The windows are of tars that
 * are not compressed; their descriptor outlives the image. */
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
/* What a source and its options ask for. */
MUST_USE bool oci_wanted(const struct source *s, const struct source_options *o,
			 struct oci_wanted *w, struct err *e);
/* Reasons to take a directory for one of these: enum source_sign. */
unsigned docker_dir_signs(const char *dir, struct arena *a);
/*
 * For an archive that is a layout and of docker save at once. Docker 25.0 and
 * its candidates wrote layouts without layers, with wrong sizes, or with an
 * index of nothing, beside a manifest.json that is right: then *why says what
 * is wrong with the layout; otherwise it is NULL.
 */
MUST_USE bool docker_archive_is_better(const struct window *tar,
				       struct image *m, const char **why,
				       struct err *e);

/* Whichever of the two it is; of both, the layout unless the other is better.
 */
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
