#include "oci/files.h"

#include <string.h>

#include "base/fmt.h"
#include "base/path.h"
#include "codec/tarview.h"
#include "sys/env.h"
#include "sys/fs.h"

enum { LINKS_MAX = 8 };

/* A member of a tar. */
struct member {
	enum tar_type type;
	uint64_t offset, size;
	struct span link; /* target, from the archive's top */
	bool odd;         /* sparse, or the name occurs twice */
};

void
oci_files_dir(struct oci_files *f, int dirfd, struct arena *a)
{
	*f = (struct oci_files){ .arena = a, .dirfd = dirfd };
}

/* Adds the names of `path` to the n bytes at p, without "." and empty ones;
 * returns false if ".." leads outside. */
static bool
add_names(uint8_t *p, size_t *n, struct span path)
{
	while (path.n) {
		struct span s = span_cut(&path, '/');
		if (s.n == 0 || span_is(s, "."))
			continue;
		if (span_is(s, "..")) {
			if (*n == 0)
				return false;
			size_t slash = span_rfind(span_of(p, *n), '/');
			*n = slash < *n ? slash : 0;
			continue;
		}
		if (*n)
			p[(*n)++] = '/';
		memcpy(p + *n, s.p, s.n);
		*n += s.n;
	}
	return true;
}

/*
 * Sets "a/./b/../c" below `dir` to "a/c", in the arena; empty if it leads
 * outside. An absolute path begins at the archive's top.
 */
static bool
normal_path(struct span dir, struct span path, struct arena *a,
	    struct span *out, struct err *e)
{
	uint8_t *p = NEW(a, uint8_t, dir.n + path.n + 2);
	size_t n = 0;
	if (!p)
		return err_full(e, "a path");
	*out = (struct span){ 0 };
	bool absolute = path.n && path.p[0] == '/';
	if ((absolute || add_names(p, &n, dir)) && add_names(p, &n, path))
		*out = (struct span){ p, n };
	return true;
}

static bool
add_member(struct oci_files *f, const struct tar_entry *t, struct err *e)
{
	struct span none = { 0 }, path, link = { 0 };
	struct member *m = NEW(f->arena, struct member, 1);
	if (!m)
		return err_full(e, "the members of an archive");
	if (!normal_path(none, t->name, f->arena, &path, e))
		return false;
	if (t->type == TAR_SYMLINK &&
	    !normal_path(path_dir(path), t->link, f->arena, &link, e))
		return false;
	if (t->type == TAR_LINK &&
	    !normal_path(none, t->link, f->arena, &link, e))
		return false;
	*m = (struct member){ .type = t->type,
			      .offset = t->offset,
			      .size = t->size,
			      .link = link,
			      .odd = t->sparse };
	if (map_get(&f->members, path) && t->type != TAR_DIR)
		m->odd = true;
	return path.n == 0 || map_put(&f->members, path, m, e);
}

static void
view_finish(struct tarview *v)
{
	tar_finish(v);
}

bool
oci_files_tar(struct oci_files *f, const struct window *tar, struct image *m,
	      struct err *e)
{
	uint64_t seed[2];
	*f = (struct oci_files){ .arena = m->arena, .dirfd = -1, .tar = *tar };
	struct blob blob = window_blob(&f->tar);
	DEFER(view_finish) struct tarview v = { 0 };
	struct tar_entry entry;
	bool more = true;
	if (!sys_random(seed, sizeof seed, e))
		return false;
	map_init(&f->members, f->arena, seed);
	if (!tar_init(&v, &blob, NULL, e))
		return false;
	for (;;) {
		if (!tar_next(&v, &entry, &more, e))
			return false;
		if (!more)
			return true;
		if (!add_member(f, &entry, e))
			return false;
	}
}

bool
oci_files_has(const struct oci_files *f, const char *path)
{
	DEFER(fd_closep) int fd = -1;
	struct err ignored = { 0 };
	if (f->dirfd < 0)
		return map_get(&f->members, span_str(path)) != NULL;
	return fs_open_inside(f->dirfd, span_str(path), &fd, &ignored);
}

static bool
not_usable(struct span path, const char *why, struct err *e)
{
	err_set(e, ERR_INPUT, "%s in the archive %s", show(path).s, why);
	return err_id(e, "oci-archive");
}

static bool
open_member(const struct oci_files *f, struct span path, struct store_blob *out,
	    struct err *e)
{
	struct span at, none = { 0 };
	const struct member *m = NULL;
	if (!normal_path(none, path, f->arena, &at, e))
		return false;
	for (int hops = 0; hops <= LINKS_MAX; hops++) {
		m = map_get(&f->members, at);
		if (!m)
			return err_set(e, ERR_INPUT, "the archive has no %s",
				       show(at.n ? at : path).s);
		if (m->odd)
			return not_usable(at, "occurs twice, or is sparse", e);
		if (m->type == TAR_FILE)
			break;
		if (m->type != TAR_SYMLINK && m->type != TAR_LINK)
			return not_usable(at, "is not a regular file", e);
		at = m->link;
		m = NULL;
	}
	if (!m)
		return not_usable(path, "is part of a loop of links", e);
	*out = (struct store_blob){ .offset = f->tar.offset + m->offset,
				    .size = m->size };
	return fs_dup(f->tar.fd, &out->fd, e);
}

bool
oci_files_open(const struct oci_files *f, struct span path,
	       struct store_blob *out, struct err *e)
{
	if (f->dirfd < 0)
		return open_member(f, path, out, e);
	DEFER(fd_closep) int fd = -1;
	*out = (struct store_blob){ 0 };
	if (!fs_open_inside(f->dirfd, path, &fd, e))
		return false;
	if (!fs_size(fd, &out->size, e))
		return err_ctx(e, "%s", show(path).s);
	out->fd = fd_take(&fd);
	return true;
}

bool
oci_files_read(const struct oci_files *f, struct span path, struct arena *a,
	       struct span *out, struct err *e)
{
	struct store_blob b = { .fd = -1 };
	if (!oci_files_open(f, path, &b, e))
		return false;
	DEFER(fd_closep) int fd = b.fd;
	if (b.size > LIMIT_JSON)
		return err_set(e, ERR_LIMIT, "%s is larger than %s",
			       show(path).s, show_size(LIMIT_JSON).s);
	uint8_t *p = NEW(a, uint8_t, (size_t)b.size + 1);
	if (!p)
		return err_full(e, "an image document");
	*out = (struct span){ p, (size_t)b.size };
	return fs_pread(fd, p, out->n, b.offset, e);
}
