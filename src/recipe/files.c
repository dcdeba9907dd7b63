#include "recipe/files.h"

#include <string.h>

#include "source/kinds.h"

static const char *const recipes[] = { "Dockerfile", "Containerfile",
				       ".dockerignore", "enclave.toml" };
enum { DOCKERFILES = 2 }; /* the first of them */

static bool
has_dockerfile(const char *dir, struct arena *a)
{
	for (size_t i = 0; i < DOCKERFILES; i++) {
		const char *path = arena_fmt(a, "%s/%s", dir, recipes[i]);
		if (path && fs_kind(path) == FS_FILE)
			return true;
	}
	return false;
}

/* What else of a context is read, .dockerignore says: images may be in it. */
static bool
claim_context(const char *where, struct claims *c, struct err *e)
{
	if (fs_kind(where) != FS_DIR)
		return claim_input(c, "the Dockerfile", where, e);
	for (size_t i = 0; i < COUNT(recipes); i++) {
		const char *path =
			arena_fmt(c->arena, "%s/%s", where, recipes[i]);
		if (!path)
			return err_full(e, "a file name");
		if (!claim_input(c, "a file of the context", path, e))
			return false;
	}
	return true;
}

static bool
is_layout(const char *dir, const struct source_row *row, struct arena *a)
{
	if (row)
		return row->kind == SOURCE_OCI;
	const char *path = arena_fmt(a, "%s/oci-layout", dir);
	return path && fs_kind(path) == FS_FILE;
}

/* Of a layout, what the specification names is read: an image may lie beside
 * it, as where init wrote enclave.toml. */
static bool
claim_layout(const char *dir, struct claims *c, struct err *e)
{
	static const char *const names[] = { "blobs", "index.json",
					     "oci-layout", "manifest.json" };
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *path = arena_fmt(c->arena, "%s/%s", dir, names[i]);
		if (!path)
			return err_full(e, "a file name");
		if (fs_kind(path) == FS_DIR
			    ? !claim_tree(c, "the source", path, e)
			    : !claim_input(c, "a file of the layout", path, e))
			return false;
	}
	return true;
}

/* "layout" of "layout:name", unless the whole is there. */
static const char *
without_name(const char *where, struct arena *a)
{
	const char *colon = strrchr(where, ':');
	if (!colon || fs_kind(where) != FS_NONE)
		return where;
	return arena_cstr(
		a, span_of((const uint8_t *)where, (size_t)(colon - where)));
}

static bool
claim_source(const char *from, struct claims *c, struct err *e)
{
	static const char what[] = "the source";
	const struct source_row *row = source_prefix(from);
	const char *where = row ? from + strlen(row->prefix) : from;
	if (row && row->kind == SOURCE_REGISTRY)
		return true;
	if (row && row->kind == SOURCE_DOCKERFILE)
		return claim_context(where, c, e);
	where = without_name(where, c->arena);
	if (!where)
		return err_full(e, "the source's name");
	if (fs_kind(where) != FS_DIR)
		return claim_input(c, what, where, e);
	if (!row && has_dockerfile(where, c->arena))
		return claim_context(where, c, e);
	return is_layout(where, row, c->arena) ? claim_layout(where, c, e)
					       : claim_tree(c, what, where, e);
}

static bool
claim_boot(const struct build_config *b, struct claims *c, struct err *e)
{
	static const char *const names[] = { "bzImage", "bzImage.config",
					     "Image",   "cmdline",
					     "init",    "nsm.ko" };
	for (size_t i = 0; b->boot_dir && i < COUNT(names); i++) {
		const char *path =
			arena_fmt(c->arena, "%s/%s", b->boot_dir, names[i]);
		if (!path)
			return err_full(e, "a file name");
		if (!claim_input(c, "a file of the boot side", path, e))
			return false;
	}
	return claim_input(c, "the kernel", b->kernel, e) &&
	       claim_input(c, "the init", b->init, e) &&
	       claim_input(c, "the module", b->nsm_ko, e);
}

bool
build_claims(const struct build_job *job, struct claims *c, struct err *e)
{
	const struct build_config *b = job->config;
	const char *from = job->from;
	if (!from && b->from == CONFIG_FROM_IMAGE)
		from = b->image;
	if (!from && b->from == CONFIG_FROM_ROOTFS)
		from = b->rootfs;
	if (!job->from && b->from == CONFIG_FROM_DOCKERFILE &&
	    !claim_input(c, "the Dockerfile", b->dockerfile, e))
		return false;
	if (!job->from && b->files &&
	    !claim_tree(c, "the files of [rootfs]", b->files, e))
		return false;
	return claim_input(c, "the build's description", b->path, e) &&
	       claim_input(c, "the certificate", b->certificate, e) &&
	       claim_input(c, "the key", b->key, e) &&
	       claim_input(c, "the PIN", b->pin_file, e) &&
	       claim_input(c, "the passphrase", b->passphrase_file, e) &&
	       (!from || claim_source(from, c, e)) && claim_boot(b, c, e);
}
