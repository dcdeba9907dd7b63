#include "registry/cache.h"

#include "base/fmt.h"
#include "base/path.h"
#include "sys/env.h"
#include "sys/fs.h"

bool
cache_default(struct arena *a, struct cache *out, struct err *e)
{
	const char *dir = sys_env("XDG_CACHE_HOME"), *home = sys_env("HOME");
	*out = (struct cache){ 0 };
	if (dir && dir[0] == '/')
		out->dir = arena_fmt(a, "%s/veraclave/blobs", dir);
	else if (home && home[0] == '/')
		out->dir = arena_fmt(a, "%s/.cache/veraclave/blobs", home);
	else
		return true;
	return out->dir || err_full(e, "a path");
}

/* DIR/sha256 or DIR/sha256/HEX; NULL when the arena is full. */
static const char *
folder_of(const struct cache *c, const struct oci_desc *d, struct arena *a)
{
	return path_join(a, c->dir, oci_digest_name(d->digest.kind));
}

static const char *
path_of(const struct cache *c, const struct oci_desc *d, struct arena *a)
{
	struct span hex = oci_digest_hex(&d->digest);
	return arena_fmt(a, "%s/%s/%.*s", c->dir,
			 oci_digest_name(d->digest.kind), SPAN_ARG(hex));
}

/* Is a file what the descriptor names? */
static bool
is_right(int fd, const struct oci_desc *d, bool *right, struct err *e)
{
	DEFER(digest_finish) struct digest s = { 0 };
	struct hash h;
	uint8_t piece[8192];
	uint64_t size, at = 0;
	size_t got = 1;
	*right = false;
	if (!fs_size(fd, &size, e))
		return false;
	if (size != d->size)
		return true;
	if (!digest_init(&s, d->digest.kind, e))
		return false;
	for (; got; at += got)
		if (!fs_pread_some(fd, piece, sizeof piece, at, &got, e) ||
		    !digest_update(&s, span_of(piece, got), e))
			return false;
	if (!digest_final(&s, &h, e))
		return false;
	*right = span_eq(hash_span(&h), hash_span(&d->digest.hash));
	return true;
}

bool
cache_get(const struct cache *c, const struct oci_desc *d, struct arena *a,
	  struct oci_blob *out, bool *found, struct err *e)
{
	struct err ignored = { 0 };
	DEFER(fd_closep) int fd = -1;
	*found = false;
	if (!c->dir || d->digest.text.n == 0)
		return true;
	const char *path = path_of(c, d, a);
	if (!path)
		return err_full(e, "a path");
	if (fs_kind(path) != FS_FILE || !fs_open(path, &fd, &ignored))
		return true;
	if (!is_right(fd, d, found, &ignored))
		*found = false;
	if (!*found) {
		fs_remove_tree(path);
		return true;
	}
	*out = (struct oci_blob){ .fd = fd_take(&fd),
				  .size = d->size,
				  .checked = true };
	return true;
}

bool
cache_find_document(const struct cache *c, const struct oci_digest *want,
		    struct arena *a, struct span *out, struct err *e)
{
	struct oci_desc d = { .digest = *want };
	struct err ignored = { 0 };
	struct span text = { 0 };
	*out = (struct span){ 0 };
	const char *path = c->dir ? path_of(c, &d, a) : NULL;
	if (!c->dir)
		return true;
	if (!path)
		return err_full(e, "a path");
	if (fs_kind(path) != FS_FILE ||
	    !fs_read(path, LIMIT_JSON, a, &text, &ignored))
		return true;
	d.size = text.n;
	if (oci_check(&d, text, &ignored))
		*out = text;
	else
		fs_remove_tree(path);
	return true;
}

bool
cache_begin(const struct cache *c, const struct oci_desc *d, struct arena *a,
	    struct cache_put *p, struct err *e)
{
	struct err ignored = { 0 };
	*p = (struct cache_put){ .want = d, .out = OUT_NONE, .fd = -1 };
	if (c->dir) {
		const char *dir = folder_of(c, d, a);
		const char *path = path_of(c, d, a);
		if (!dir || !path)
			return err_full(e, "a path");
		if (fs_mkdirs(dir, 0700, &ignored) &&
		    out_open(&p->out, path, 0600, &ignored)) {
			p->fd = p->out.fd;
			return true;
		}
		out_abort(&p->out);
	}
	return fs_tmpfile(NULL, &p->fd, e);
}

bool
cache_start(void *put, uint64_t at, struct err *e)
{
	struct cache_put *p = put;
	if (at != 0 && at == p->n)
		return true;
	if (at != 0)
		return err_set(e, ERR_BUG, "a blob goes on elsewhere");
	p->n = 0;
	digest_finish(&p->digest);
	return digest_init(&p->digest, p->want->digest.kind, e);
}

bool
cache_write(void *put, struct span s, struct err *e)
{
	struct cache_put *p = put;
	if (!fs_pwrite(p->fd, s, p->n, e) || !digest_update(&p->digest, s, e))
		return false;
	p->n += s.n;
	return true;
}

static bool
wrong(const struct cache_put *p, const char *why, struct err *e)
{
	err_set(e, ERR_INPUT, "the server sent something else for %s: %s",
		show(p->want->digest.text).s, why);
	err_hint(e, "try again later or from another registry; if it stays, "
		    "the registry or the way to it is not to be trusted");
	return err_id(e, "oci-digest");
}

bool
cache_end(struct cache_put *p, struct oci_blob *out, struct err *e)
{
	struct hash h;
	if (p->n != p->want->size)
		return wrong(p, "another size", e);
	if (!p->digest.ctx && !cache_start(p, 0, e))
		return false;
	if (!digest_final(&p->digest, &h, e))
		return false;
	if (!span_eq(hash_span(&h), hash_span(&p->want->digest.hash)))
		return wrong(p, "another digest", e);
	*out = (struct oci_blob){ .size = p->n, .checked = true };
	if (p->out.fd < 0) {
		out->fd = fd_take(&p->fd);
		return true;
	}
	DEFER(fd_closep) int fd = -1;
	if (!fs_dup(p->out.fd, &fd, e) || !out_commit(&p->out, e))
		return false;
	p->fd = -1;
	out->fd = fd_take(&fd);
	return true;
}

void
cache_abort(struct cache_put *p)
{
	if (p->out.fd < 0)
		fd_closep(&p->fd);
	p->fd = -1;
	out_abort(&p->out);
	digest_finish(&p->digest);
}
