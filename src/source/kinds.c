#include "source/kinds.h"

#include <string.h>

#include "source/local.h"
#include "source/oci.h"
#include "source/rows.h"

static const struct source_row rows[] = {
	{ .kind = SOURCE_OCI,
	  .name = "oci",
	  .prefix = "oci:",
	  .what = "an OCI image layout",
	  .named = true,
	  .of_dir = SIGN_OCI_LAYOUT | SIGN_INDEX,
	  .open = oci_layout_open,
	  .claim = oci_layout_claim },
	{ .kind = SOURCE_OCI_ARCHIVE,
	  .name = "oci-archive",
	  .prefix = "oci-archive:",
	  .what = "an OCI image layout in a tar",
	  .tar = true,
	  .named = true,
	  .of_tar = SIGN_OCI_LAYOUT | SIGN_INDEX,
	  .open = oci_archive_open },
	/* since Docker 25 an archive is both; only the layout has digests */
	{ .kind = SOURCE_DOCKER_ARCHIVE,
	  .name = "docker-archive",
	  .prefix = "docker-archive:",
	  .what = "an archive of docker save",
	  .tar = true,
	  .named = true,
	  .of_tar = SIGN_MANIFEST,
	  .not_tar = SIGN_OCI_LAYOUT | SIGN_INDEX,
	  .open = docker_archive_open },
	{ .kind = SOURCE_DOCKER_DIR,
	  .name = "docker-dir",
	  .prefix = "docker-dir:",
	  .what = "a directory that skopeo copy wrote to dir:",
	  .of_dir = SIGN_DIR_VERSION | SIGN_IMAGE_MANIFEST,
	  .look = docker_dir_signs,
	  .open = docker_dir_open },
	{ .kind = SOURCE_DOCKERFILE,
	  .name = "dockerfile",
	  .prefix = "dockerfile:",
	  .what = "a Dockerfile",
	  .of_dir = SIGN_DOCKERFILE,
	  .is_file = engine_is_file,
	  .open = engine_open,
	  .ready = engine_ready,
	  .claim = engine_claim,
	  .missing = engine_missing },
	{ .kind = SOURCE_DIR,
	  .name = "dir",
	  .prefix = "dir:",
	  .what = "a root file system directory",
	  .of_dir = SIGN_ROOTFS,
	  .open = dir_open },
	{ .kind = SOURCE_TAR,
	  .name = "tar",
	  .prefix = "tar:",
	  .what = "a file-system tar",
	  .tar = true,
	  .of_tar = SIGN_ROOTFS,
	  .open = tar_open },
	{ .kind = SOURCE_REGISTRY,
	  .name = "registry",
	  .prefix = "docker://",
	  .what = "an image in a registry",
	  .no_path = true,
	  .open = pull_open },
	{ .kind = SOURCE_DEBIAN,
	  .name = "debian",
	  .what = "Debian packages",
	  .no_path = true,
	  .open = debian_open,
	  .ready = debian_ready,
	  .claim = debian_claim },
};
_Static_assert(COUNT(rows) == SOURCE_KINDS - 1, "a row for each kind");

const struct source_row *
source_row(enum source_kind k)
{
	ASSERT(k > SOURCE_ANY && k < SOURCE_KINDS);
	return &rows[k - 1];
}

const char *
source_kind_name(enum source_kind k)
{
	return k == SOURCE_ANY ? "any" : source_row(k)->name;
}

const struct source_row *
source_prefix(const char *from)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].prefix &&
		    strncmp(from, rows[i].prefix, strlen(rows[i].prefix)) == 0)
			return &rows[i];
	return NULL;
}

void
source_split(const char *from, const char **prefix, const char **path)
{
	const struct source_row *r = source_prefix(from);
	*prefix = r ? r->prefix : "";
	*path = r && r->no_path ? NULL : from + strlen(*prefix);
}
