#include "store/store.h"

#include "base/limits.h"
#include "base/path.h"
#include "sys/env.h"
#include "sys/fs.h"

bool
store_default(struct arena *a, struct store *out, struct err *e)
{
	const char *dir = sys_env("XDG_CACHE_HOME"), *home = sys_env("HOME");
	*out = (struct store){ 0 };
	if (dir && dir[0] == '/')
		out->dir = arena_fmt(a, "%s/veraclave/blobs", dir);
	else if (home && home[0] == '/')
		out->dir = arena_fmt(a, "%s/.cache/veraclave/blobs", home);
	else
		return true;
	return out->dir || err_full(e, "a path");
}

/* Returns DIR/sha256 or DIR/sha256/HEX, or NULL if the arena is full. */
static const char *
folder_of(const struct store *s, const struct store_key *k, struct arena *a)
{
	return path_join(a, s->dir, digest_id_name(k->digest.kind));
}

static const char *
path_of(const struct store *s, const struct store_key *k, struct arena *a)
{
	struct span hex = digest_id_hex(&k->digest);
	return arena_fmt(a, "%s/%s/%.*s", s->dir,
			 digest_id_name(k->digest.kind), SPAN_ARG(hex));
}

/* Whether a file has the size and digest of the key. */
static bool
is_right(int fd, const struct store_key *k, bool *right, struct err *e)
{
	DEFER(digest_finish) struct digest s = { 0 };
	struct hash h;
	uint8_t piece[8192];
	uint64_t size, at = 0;
	size_t got = 1;
	*right = false;
	if (!fs_size(fd, &size, e))
		return false;
	if (size != k->size)
		return true;
	if (!digest_init(&s, k->digest.kind, e))
		return false;
	for (; got; at += got)
		if (!fs_pread_some(fd, piece, sizeof piece, at, &got, e) ||
		    !digest_update(&s, span_of(piece, got), e))
			return false;
	if (!digest_final(&s, &h, e))
		return false;
	*right = span_eq(hash_span(&h), hash_span(&k->digest.hash));
	return true;
}

bool
store_get(const struct store *s, const struct store_key *k, struct arena *a,
	  struct store_blob *out, bool *found, struct err *e)
{
	struct err ignored = { 0 };
	DEFER(fd_closep) int fd = -1;
	*found = false;
	if (!s->dir || k->digest.text.n == 0)
		return true;
	const char *path = path_of(s, k, a);
	if (!path)
		return err_full(e, "a path");
	if (fs_kind(path) != FS_FILE || !fs_open(path, &fd, &ignored))
		return true;
	if (!is_right(fd, k, found, &ignored))
		*found = false;
	if (!*found) {
		fs_remove_tree(path);
		return true;
	}
	*out = (struct store_blob){ .fd = fd_take(&fd),
				    .size = k->size,
				    .checked = true };
	return true;
}

bool
store_find_document(const struct store *s, const struct digest_id *want,
		    struct arena *a, struct span *out, struct err *e)
{
	struct store_key k = { .digest = *want };
	struct err ignored = { 0 };
	struct span text = { 0 };
	struct hash h;
	*out = (struct span){ 0 };
	const char *path = s->dir ? path_of(s, &k, a) : NULL;
	if (!s->dir)
		return true;
	if (!path)
		return err_full(e, "a path");
	if (fs_kind(path) != FS_FILE ||
	    !fs_read(path, LIMIT_JSON, a, &text, &ignored))
		return true;
	if (digest_of(want->kind, &text, 1, &h, &ignored) &&
	    span_eq(hash_span(&h), hash_span(&want->hash)))
		*out = text;
	else
		fs_remove_tree(path);
	return true;
}

bool
store_begin(const struct store *s, const struct store_key *k, struct arena *a,
	    struct store_put *p, struct err *e)
{
	struct err ignored = { 0 };
	*p = (struct store_put){ .want = *k, .out = OUT_NONE, .fd = -1 };
	if (s->dir) {
		const char *dir = folder_of(s, k, a);
		const char *path = path_of(s, k, a);
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
store_start(void *put, uint64_t at, struct err *e)
{
	struct store_put *p = put;
	if (at != 0 && at == p->n)
		return true;
	if (at != 0)
		return err_set(e, ERR_BUG,
			       "a blob continues at the wrong offset");
	p->n = 0;
	digest_finish(&p->digest);
	return digest_init(&p->digest, p->want.digest.kind, e);
}

bool
store_write(void *put, struct span s, struct err *e)
{
	struct store_put *p = put;
	if (!fs_pwrite(p->fd, s, p->n, e) || !digest_update(&p->digest, s, e))
		return false;
	p->n += s.n;
	return true;
}

static bool
other(const char *what, struct err *e)
{
	err_set(e, ERR_INPUT, "the %s differs", what);
	return err_id(e, "oci-digest");
}

bool
store_end(struct store_put *p, struct store_blob *out, struct err *e)
{
	struct hash h;
	if (p->n != p->want.size)
		return other("size", e);
	if (!p->digest.ctx && !store_start(p, 0, e))
		return false;
	if (!digest_final(&p->digest, &h, e))
		return false;
	if (!span_eq(hash_span(&h), hash_span(&p->want.digest.hash)))
		return other("digest", e);
	*out = (struct store_blob){ .size = p->n, .checked = true };
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
store_abort(struct store_put *p)
{
	if (p->out.fd < 0)
		fd_closep(&p->fd);
	p->fd = -1;
	out_abort(&p->out);
	digest_finish(&p->digest);
}
