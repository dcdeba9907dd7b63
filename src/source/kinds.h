/* The kinds of sources. Each has a row in kinds.c (source/rows.h). */
#pragma once

/* In the order in which a directory or an archive is compared with them. */
enum source_kind {
	SOURCE_ANY,            /* not known yet: source_look finds it */
	SOURCE_OCI,            /* OCI image layout, a directory */
	SOURCE_OCI_ARCHIVE,    /* the same in a tar */
	SOURCE_DOCKER_ARCHIVE, /* docker save */
	SOURCE_DOCKER_DIR,     /* skopeo's dir:, podman's docker-dir */
	SOURCE_DOCKERFILE,     /* a Dockerfile or a directory with one */
	SOURCE_DIR,            /* root file system directory */
	SOURCE_TAR,            /* file-system tar: docker export */
	SOURCE_REGISTRY,       /* docker://host/name */
	SOURCE_DEBIAN,         /* packages of a release */
	SOURCE_KINDS,
};

/* "dir", "tar" and so on, as in pcrs.json. */
const char *source_kind_name(enum source_kind k);
/* Splits the name of a source into its prefix ("" if there is none) and the
 * path that follows it; *path is NULL if no path follows, as for a registry. */
void source_split(const char *from, const char **prefix, const char **path);
