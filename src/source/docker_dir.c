/*
 * The directory that skopeo's dir: and podman's docker-dir write (transport
 * "dir" of containers/image, version 1.1): manifest.json is the registry's
 * document, a manifest or an index; HEX.manifest.json are the manifests of an
 * index and HEX all other blobs, each named by its digest.
 */
#include "source/oci.h"

#include "base/fmt.h"
#include "codec/json.h"
#include "oci/apply.h"
#include "oci/files.h"
#include "source/rows.h"
#include "sys/fs.h"

static const char version_head[] = "Directory Transport Version: ";

static bool
is_manifest(enum oci_type type)
{
	return type == OCI_INDEX || type == OCI_MANIFEST || type == OCI_SCHEMA1;
}

/* The root is the only descriptor without a digest. */
static bool
dir_open(void *self, const struct oci_desc *d, struct store_blob *out,
	 struct err *e)
{
	const struct oci_files *f = self;
	struct span hex = digest_id_hex(&d->digest);
	if (d->digest.text.n == 0)
		return oci_files_open(f, SPAN("manifest.json"), out, e);
	const char *path = arena_fmt(
		f->arena, "%.*s%s", SPAN_ARG(hex),
		is_manifest(oci_type(d->type)) ? ".manifest.json" : "");
	if (!path)
		return err_full(e, "a path");
	return oci_files_open(f, span_str(path), out, e) ||
	       err_ctx(e, "%s", show(d->digest.text).s);
}

bool
docker_dir_read(const char *dir, const struct oci_wanted *w, struct image *m,
		struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct oci_files f;
	struct oci_store store = { .open = dir_open, .self = &f };
	struct oci_desc root = { 0 };
	struct oci_image image;
	struct span text;
	if (!fs_open_dir(dir, &fd, e))
		return false;
	oci_files_dir(&f, fd, m->arena);
	if (!oci_files_read(&f, SPAN("manifest.json"), m->arena, &text, e))
		return err_ctx(e, "%s", show_str(dir).s);
	root.size = text.n;
	return (oci_resolve(&store, &root, &w->platform, m, &image, e) &&
		oci_apply(&store, &image, m, e)) ||
	       err_ctx(e, "%s", show_str(dir).s);
}

bool
docker_dir_open(const struct source *s, const struct source_options *o,
		struct image *m, struct err *e)
{
	struct oci_wanted w;
	return oci_wanted(s, o, &w, e) && docker_dir_read(s->where, &w, m, e);
}

unsigned
docker_dir_signs(const char *dir, struct arena *a)
{
	DEFER(fd_closep) int fd = -1;
	DEFER(json_release) struct json *j = NULL;
	struct err ignored = { 0 };
	struct oci_files f;
	struct span text;
	unsigned signs = 0;
	if (!fs_open_dir(dir, &fd, &ignored))
		return 0;
	oci_files_dir(&f, fd, a);
	if (oci_files_read(&f, SPAN("version"), a, &text, &ignored) &&
	    span_starts(text, span_str(version_head)))
		signs |= SIGN_DIR_VERSION;
	if (!oci_files_read(&f, SPAN("manifest.json"), a, &text, &ignored) ||
	    !json_parse(text, &j, &ignored))
		return signs;
	if (json_get(j, "schemaVersion") || json_get(j, "config"))
		signs |= SIGN_IMAGE_MANIFEST;
	if (json_kind(j) == JSON_KIND_LIST && json_get(json_at(j, 0), "Config"))
		signs |= SIGN_MANIFEST;
	return signs;
}
