/* What the names in a directory or an archive indicate about its kind. */
#include "base/path.h"
#include "source/rows.h"

#include "base/fmt.h"
#include "sys/fs.h"

/* Where a name is a sign. */
enum { IN_DIR = 1, TAR_FILE = 2, TAR_DIR = 4 };

/* The directory of a project may contain a bin or an etc, too. */
static const struct {
	const char *path;
	unsigned sign, where;
} names[] = {
	{ "oci-layout", SIGN_OCI_LAYOUT, IN_DIR | TAR_FILE },
	{ "index.json", SIGN_INDEX, IN_DIR | TAR_FILE },
	{ "manifest.json", SIGN_MANIFEST, TAR_FILE },
	{ "blobs/sha256", SIGN_BLOBS, IN_DIR },
	{ "Dockerfile", SIGN_DOCKERFILE, IN_DIR | TAR_FILE },
	{ "Containerfile", SIGN_DOCKERFILE, IN_DIR | TAR_FILE },
	{ "etc/passwd", SIGN_ROOTFS, IN_DIR },
	{ "usr/bin", SIGN_ROOTFS, IN_DIR },
	{ "usr/lib", SIGN_ROOTFS, IN_DIR },
	{ "proc", SIGN_ROOTFS, IN_DIR | TAR_DIR },
	{ "usr", SIGN_ROOTFS, TAR_DIR },
	{ "etc", SIGN_ROOTFS, TAR_DIR },
	{ "sys", SIGN_ROOTFS, TAR_DIR },
	{ "dev", SIGN_ROOTFS, TAR_DIR },
	{ "var", SIGN_ROOTFS, TAR_DIR },
	{ "bin", SIGN_ROOTFS, TAR_DIR },
	{ "sbin", SIGN_ROOTFS, TAR_DIR },
	{ "lib", SIGN_ROOTFS, TAR_DIR },
};

unsigned
source_tar_sign(struct span name, bool directory)
{
	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].where & (directory ? TAR_DIR : TAR_FILE) &&
		    span_is(name, names[i].path))
			return names[i].sign;
	return 0;
}

bool
source_dir_signs(const char *dir, struct arena *a, unsigned *signs,
		 struct err *e)
{
	*signs = 0;
	for (enum source_kind k = SOURCE_ANY + 1; k < SOURCE_KINDS; k++)
		if (source_row(k)->look)
			*signs |= source_row(k)->look(dir, a);
	for (size_t i = 0; i < COUNT(names); i++) {
		if (!(names[i].where & IN_DIR))
			continue;
		char *at = path_join(a, dir, names[i].path);
		if (at && fs_kind(at) != FS_NONE)
			*signs |= names[i].sign;
	}
	/* a sign that was missed would change the kind */
	return !a->failed || err_full(e, "the signs of a source");
}

/* Reports that two kinds match. */
static enum source_kind
ambiguous(const char *where, const struct source_row *x,
	  const struct source_row *y, struct err *e)
{
	err_set(e, ERR_INPUT, "%s could be %s or %s", show_str(where).s,
		x->what, y->what);
	err_hint(e, "choose one: %s%s or %s%s", x->prefix, show_str(where).s,
		 y->prefix, show_str(where).s);
	err_id(e, "source-ambiguous");
	return SOURCE_ANY;
}

static bool
has(unsigned signs, unsigned all)
{
	return (signs & all) == all;
}

static bool
fits_dir(const struct source_row *r, unsigned signs)
{
	return r->of_dir && has(signs, r->of_dir);
}

static bool
fits_tar(const struct source_row *r, unsigned signs)
{
	return r->of_tar && has(signs, r->of_tar) &&
	       !(r->not_tar && has(signs, r->not_tar));
}

/* Returns the only kind that matches; SOURCE_ANY if none or two match. */
static enum source_kind
only(bool (*fits)(const struct source_row *r, unsigned signs), unsigned signs,
     const char *where, struct err *e)
{
	const struct source_row *found = NULL;
	for (enum source_kind k = SOURCE_ANY + 1; k < SOURCE_KINDS; k++) {
		const struct source_row *r = source_row(k);
		if (!fits(r, signs))
			continue;
		if (found)
			return ambiguous(where, found, r, e);
		found = r;
	}
	return found ? found->kind : SOURCE_ANY;
}

enum source_kind
source_of_dir(unsigned signs, const char *where, struct err *e)
{
	return only(fits_dir, signs, where, e);
}

/* An archive without a sign is read as files. */
enum source_kind
source_of_tar(unsigned signs, const char *where, struct err *e)
{
	enum source_kind k = only(fits_tar, signs, where, e);
	return k == SOURCE_ANY && e->code == OK ? SOURCE_TAR : k;
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
		  "put it into a tar again: docker-archive:FILE is accepted" },
		{ SIGN_IMAGE_MANIFEST, "an image's manifest.json",
		  "the file version that skopeo writes beside it",
		  "docker-dir: in front reads it as an image of this kind" },
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
		err_hint(e, "%s; dir: in front reads it as a root file system",
			 parts[i].hint);
		err_id(e, "source-unknown");
		return true;
	}
	return false;
}
