#include "source/kinds.h"

#include "base/fmt.h"

static const struct source_row rows[] = {
	{ SOURCE_DIR, "dir", "dir:", "a root file system directory", false,
	  false },
	{ SOURCE_TAR, "tar", "tar:", "a file-system tar", true, false },
	{ SOURCE_OCI, "oci", "oci:", "an OCI image layout", false, true },
	{ SOURCE_OCI_ARCHIVE, "oci-archive",
	  "oci-archive:", "an OCI image layout in a tar", true, true },
	{ SOURCE_DOCKER_ARCHIVE, "docker-archive",
	  "docker-archive:", "what docker save writes", true, true },
	{ SOURCE_DOCKER_DIR, "docker-dir",
	  "docker-dir:", "what skopeo copy writes to dir:", false, false },
	{ SOURCE_REGISTRY, "docker", "docker://", "an image in a registry",
	  false, false },
	{ SOURCE_DOCKERFILE, "dockerfile", "dockerfile:", "a Dockerfile", false,
	  false },
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
		if (span_starts(span_str(from), span_str(rows[i].prefix)))
			return &rows[i];
	return NULL;
}

unsigned
source_sign_of(struct span name, bool directory)
{
	static const struct {
		const char *name;
		bool directory;
		unsigned sign;
	} signs[] = {
		{ "oci-layout", false, SIGN_OCI_LAYOUT },
		{ "index.json", false, SIGN_INDEX },
		{ "manifest.json", false, SIGN_MANIFEST },
		{ "Dockerfile", false, SIGN_DOCKERFILE },
		{ "Containerfile", false, SIGN_DOCKERFILE },
		{ "usr", true, SIGN_ROOTFS },
		{ "etc", true, SIGN_ROOTFS },
		{ "proc", true, SIGN_ROOTFS },
		{ "sys", true, SIGN_ROOTFS },
		{ "dev", true, SIGN_ROOTFS },
		{ "var", true, SIGN_ROOTFS },
		{ "bin", true, SIGN_ROOTFS },
		{ "sbin", true, SIGN_ROOTFS },
		{ "lib", true, SIGN_ROOTFS },
	};
	for (size_t i = 0; i < COUNT(signs); i++)
		if (signs[i].directory == directory &&
		    span_is(name, signs[i].name))
			return signs[i].sign;
	return 0;
}

/* Both of two kinds fit. */
static enum source_kind
ambiguous(const char *where, enum source_kind a, enum source_kind b,
	  struct err *e)
{
	const struct source_row *x = source_row(a), *y = source_row(b);
	err_set(e, ERR_INPUT, "%s could be %s or %s", show_str(where).s,
		x->what, y->what);
	err_hint(e, "say which: %s%s or %s%s", x->prefix, show_str(where).s,
		 y->prefix, show_str(where).s);
	err_id(e, "source-ambiguous");
	return SOURCE_ANY;
}

static bool
has(unsigned signs, unsigned all)
{
	return (signs & all) == all;
}

enum source_kind
source_of_dir(unsigned signs, const char *where, struct err *e)
{
	enum source_kind k = SOURCE_ANY;
	if (has(signs, SIGN_OCI_LAYOUT | SIGN_INDEX))
		k = SOURCE_OCI;
	if (has(signs, SIGN_DIR_VERSION | SIGN_IMAGE_MANIFEST) &&
	    k != SOURCE_ANY)
		return ambiguous(where, k, SOURCE_DOCKER_DIR, e);
	if (has(signs, SIGN_DIR_VERSION | SIGN_IMAGE_MANIFEST))
		k = SOURCE_DOCKER_DIR;
	if (has(signs, SIGN_DOCKERFILE) && k != SOURCE_ANY)
		return ambiguous(where, k, SOURCE_DOCKERFILE, e);
	if (has(signs, SIGN_DOCKERFILE))
		k = SOURCE_DOCKERFILE;
	if (has(signs, SIGN_ROOTFS) && k != SOURCE_ANY)
		return ambiguous(where, k, SOURCE_DIR, e);
	if (has(signs, SIGN_ROOTFS))
		k = SOURCE_DIR;
	return k;
}

bool
source_is_part(unsigned signs, const char *where, struct err *e)
{
	static const struct {
		unsigned signs;
		const char *saw, *lacks, *hint;
	} parts[] = {
		{ SIGN_MANIFEST, "manifest.json of docker save",
		  "the archive around it",
		  "put it into a tar again: docker-archive:FILE is taken" },
		{ SIGN_IMAGE_MANIFEST, "an image's manifest.json",
		  "the file version that skopeo writes beside it",
		  "docker-dir: in front takes it as such an image" },
		{ SIGN_DIR_VERSION, "the file version of skopeo's dir:",
		  "an image's manifest.json", "copy the image again" },
		{ SIGN_OCI_LAYOUT, "oci-layout", "index.json",
		  "an OCI layout has oci-layout, index.json and blobs" },
		{ SIGN_INDEX | SIGN_BLOBS, "index.json and blobs", "oci-layout",
		  "an OCI layout has oci-layout, index.json and blobs" },
	};
	for (size_t i = 0; i < COUNT(parts); i++) {
		if (!has(signs, parts[i].signs))
			continue;
		err_set(e, ERR_INPUT,
			"%s looks like a part of an image: it has %s, but not "
			"%s",
			show_str(where).s, parts[i].saw, parts[i].lacks);
		err_hint(e, "%s; dir: in front takes it as a root file system",
			 parts[i].hint);
		err_id(e, "source-unknown");
		return true;
	}
	return false;
}

enum source_kind
source_of_tar(unsigned signs, const char *where, struct err *e)
{
	enum source_kind k = SOURCE_TAR;
	if (has(signs, SIGN_MANIFEST))
		k = SOURCE_DOCKER_ARCHIVE;
	/* since Docker 25 an archive is both; the layout has digests */
	if (has(signs, SIGN_OCI_LAYOUT | SIGN_INDEX))
		k = SOURCE_OCI_ARCHIVE;
	if (k != SOURCE_TAR && has(signs, SIGN_ROOTFS))
		return ambiguous(where, k, SOURCE_TAR, e);
	return k;
}
