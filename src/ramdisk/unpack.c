/* Writes the content of a ramdisk as files: see ramdisk/unpack.h. */
#include "ramdisk/unpack.h"

#include "base/limits.h"
#include "codec/cpio.h"
#include "codec/unzip.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/place.h"

struct budget
unpack_budget(uint64_t max)
{
	struct budget b = { .least = LIMIT_UNPACKED,
			    .factor = LIMIT_UNPACKED_FACTOR,
			    .what = "the content of the ramdisks",
			    .flag = "--max-unpacked SIZE",
			    .bytes = true };
	if (max)
		budget_fix(&b, max);
	return b;
}

struct source {
	struct blob b;
	uint64_t at;
};

static bool
source_read(void *self, void *p, size_t n, size_t *got, struct err *e)
{
	struct source *s = self;
	if (!blob_read_some(&s->b, p, n, s->at, got, e))
		return false;
	s->at += *got;
	return true;
}

struct unpacked {
	int *fd;
	struct budget *budget;
};

static bool
to_file(void *self, struct span s, struct err *e)
{
	const struct unpacked *u = self;
	return (!u->budget || budget_spend(u->budget, s.n, e)) &&
	       fs_write(*u->fd, s, e);
}

/* Decompresses to a temporary file; plain data is not copied. */
static bool
plain_of(const struct blob *b, struct budget *budget, int *fd, struct blob *out,
	 struct err *e)
{
	DEFER(unzip_finish) struct unzip u = { 0 };
	uint8_t piece[8 * KIB];
	struct unpacked to = { fd, budget };
	struct sink sink = { to_file, &to };
	size_t n;
	if (!blob_read_some(b, piece, 16, 0, &n, e))
		return false;
	enum unzip_kind kind = unzip_guess(span_of(piece, n));
	*out = *b;
	if (kind == UNZIP_NONE)
		return true;
	if (budget)
		budget_input(budget, b->size);
	if (!fs_tmpfile(NULL, fd, e) || !unzip_init(&u, kind, e))
		return false;
	for (uint64_t at = 0; at < b->size; at += n)
		if (!blob_read_some(b, piece, sizeof piece, at, &n, e) ||
		    !unzip_put(&u, span_of(piece, n), &sink, e))
			return false;
	return unzip_end(&u, e) && fs_blob(*fd, out, e);
}

struct unpacking {
	struct cpio_reader r;
	struct cpio_links links;
	int dir;
	bool devices;
	struct unpack_count *n;
};

static bool
put_file(struct unpacking *u, const struct cpio_entry *en, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	uint8_t piece[8 * KIB];
	struct span first;
	size_t got = 1;
	if (!cpio_links_add(&u->links, en, &first, e))
		return false;
	/* another name with data: the data belongs to all names */
	if (first.n && !place_link(u->dir, en->path, first, e))
		return false;
	if (first.n && en->h.size == 0)
		return true;
	/* owner bits so that we can continue, and no set-id bits */
	if (first.n ? !place_again(u->dir, en->path, &fd, e)
		    : !place_file(u->dir, en->path, (en->h.mode & 0777) | 0600,
				  &fd, e))
		return false;
	while (got) {
		if (!cpio_read(&u->r, piece, sizeof piece, &got, e) ||
		    !fs_write(fd, span_of(piece, got), e))
			return false;
	}
	return true;
}

static bool
put_entry(struct unpacking *u, const struct cpio_entry *en, struct err *e)
{
	if (en->path.n == 0)
		return true; /* the root itself */
	u->n->files++;
	if (en->type == CPIO_DIR)
		return place_dir(u->dir, en->path, (en->h.mode & 0777) | 0700,
				 e);
	if (en->type == CPIO_SYMLINK)
		return place_symlink(u->dir, en->path, en->link, e);
	if (en->type == CPIO_FILE)
		return put_file(u, en, e);
	if (u->devices)
		return place_node(u->dir, en->path,
				  en->h.mode & (CPIO_TYPE | 0777),
				  en->h.rdev_major, en->h.rdev_minor, e);
	u->n->files--;
	u->n->skipped++;
	return true;
}

bool
ramdisk_unpack(const struct blob *ramdisk, int dir,
	       const struct unpack_plan *plan, struct unpack_count *n,
	       struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	DEFER(arena_finish) struct arena a = { 0 };
	struct unpacking u = { .dir = dir, .devices = plan->devices, .n = n };
	struct source s = { 0 };
	struct cpio_input in = { source_read, &s };
	struct cpio_entry en;
	uint64_t seed[2];
	bool more = true;
	if (!plain_of(ramdisk, plan->budget, &fd, &s.b, e) ||
	    !sys_random(seed, sizeof seed, e) ||
	    !cpio_reader_init(&u.r, &a, &in, e))
		return false;
	cpio_links_init(&u.links, &a, seed);
	for (;;) {
		if (!cpio_next(&u.r, &en, &more, e))
			return false;
		if (!more)
			return true;
		if (!put_entry(&u, &en, e))
			return false;
	}
}
