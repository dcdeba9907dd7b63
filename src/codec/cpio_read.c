/* Reading newc archives: see codec/cpio.h. */
#include "codec/cpio.h"

#include <string.h>

enum { AHEAD = 64 * 1024 };

bool
cpio_reader_init(struct cpio_reader *r, struct arena *a,
		 const struct cpio_input *in, struct err *e)
{
	*r = (struct cpio_reader){ .in = *in };
	r->block = NEW(a, uint8_t, AHEAD);
	r->name = NEW(a, uint8_t, CPIO_NAME_MAX);
	r->link = NEW(a, uint8_t, CPIO_NAME_MAX);
	r->p = r->end = r->block;
	return (r->block && r->name && r->link) ||
	       err_full(e, "the archive's buffer");
}

static bool
bad(uint64_t at, const char *why, struct err *e)
{
	err_set(e, ERR_INPUT, "byte %llu: %s", (unsigned long long)at, why);
	return err_id(e, "cpio-malformed");
}

/* What was read ahead, at least one byte; empty only at the end. */
static bool
ahead(struct cpio_reader *r, struct span *out, struct err *e)
{
	size_t got;
	if (r->p == r->end && !r->ended) {
		if (!r->in.read(r->in.self, r->block, AHEAD, &got, e))
			return false;
		r->p = r->block;
		r->end = r->block + got;
		r->ended = got == 0;
	}
	*out = span_of(r->p, (size_t)(r->end - r->p));
	return true;
}

static void
advance(struct cpio_reader *r, size_t n)
{
	r->p += n;
	r->at += n;
}

static bool
take(struct cpio_reader *r, uint8_t *p, size_t n, struct err *e)
{
	struct span s;
	for (size_t done = 0; done < n; done += s.n) {
		if (!ahead(r, &s, e))
			return false;
		if (s.n == 0)
			return bad(r->at, "the archive ends early", e);
		s = span_sub(s, 0, n - done);
		memcpy(p + done, s.p, s.n);
		advance(r, s.n);
	}
	return true;
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static bool
skip_pad(struct cpio_reader *r, struct err *e)
{
	uint8_t pad[CPIO_ALIGN];
	uint64_t at = r->at;
	size_t n = (size_t)(-at % CPIO_ALIGN);
	return take(r, pad, n, e) &&
	       (all_zero(pad, n) || bad(at, "padding is not zero", e));
}

bool
cpio_read(struct cpio_reader *r, void *p, size_t n, size_t *got, struct err *e)
{
	struct span s;
	*got = 0;
	if (r->left == 0 || n == 0)
		return true;
	if (!ahead(r, &s, e))
		return false;
	if (s.n == 0)
		return bad(r->at, "the archive ends early", e);
	s = span_sub(s, 0, n);
	if (s.n > r->left)
		s.n = (size_t)r->left;
	if (p)
		memcpy(p, s.p, s.n);
	advance(r, s.n);
	r->left -= s.n;
	*got = s.n;
	return r->left || skip_pad(r, e);
}

static bool
skip_data(struct cpio_reader *r, struct err *e)
{
	size_t got;
	while (r->left)
		if (!cpio_read(r, NULL, SIZE_MAX, &got, e))
			return false;
	return true;
}

static const struct {
	struct span magic;
	const char *why;
} packed[] = {
	{ { (const uint8_t *)"\x1f\x8b", 2 },
	  "compressed data (gzip) where an archive should begin" },
	{ { (const uint8_t *)"\x28\xb5\x2f\xfd", 4 },
	  "compressed data (zstd) where an archive should begin" },
	{ { (const uint8_t *)"\xfd"
			     "7zXZ",
	    5 },
	  "compressed data (xz) where an archive should begin" },
	{ { (const uint8_t *)"\x02\x21\x4c\x18", 4 },
	  "compressed data (lz4) where an archive should begin" },
	{ { (const uint8_t *)"BZh", 3 },
	  "compressed data (bzip2) where an archive should begin" },
	{ { (const uint8_t *)"070702", 6 },
	  "an archive with check sums (070702), which is not read" },
	{ { (const uint8_t *)"070707", 6 },
	  "an archive of the old form (070707), which is not read" },
};

static bool
bad_magic(const uint8_t *head, uint64_t at, struct err *e)
{
	struct span s = span_of(head, 6);
	for (size_t i = 0; i < COUNT(packed); i++)
		if (span_starts(s, packed[i].magic))
			return bad(at, packed[i].why, e);
	return bad(at, "no newc header (070701)", e);
}

/* Zeros between archives; *more: something else follows. */
static bool
between(struct cpio_reader *r, bool *more, struct err *e)
{
	struct span s;
	for (;;) {
		size_t n = 0;
		if (!ahead(r, &s, e))
			return false;
		while (n < s.n && s.p[n] == 0)
			n++;
		*more = n < s.n;
		advance(r, n);
		if (*more || s.n == 0)
			break;
	}
	if (*more && r->at % CPIO_ALIGN)
		return bad(r->at, "an archive not at a multiple of 4", e);
	if (!*more && r->archive == 0)
		return bad(r->at, "no archive in it", e);
	return true;
}

static bool
get_hex(const uint8_t *p, uint32_t *v)
{
	*v = 0;
	for (int i = 0; i < 8; i++) {
		uint32_t c = p[i], d = c - '0';
		if (d > 9) {
			d = (c | 0x20) - 'a' + 10;
			if (d < 10 || d > 15)
				return false;
		}
		*v = *v << 4 | d;
	}
	return true;
}

/* Fields in the order of struct cpio_header, then name length and check. */
static bool
decode(const uint8_t *head, uint64_t at, struct cpio_header *h,
       uint32_t *name_size, struct err *e)
{
	uint32_t check = 0;
	uint32_t *const field[] = {
		&h->ino,       &h->mode,       &h->uid,        &h->gid,
		&h->nlink,     &h->mtime,      &h->size,       &h->dev_major,
		&h->dev_minor, &h->rdev_major, &h->rdev_minor, name_size,
		&check
	};
	if (memcmp(head, "070701", 6) != 0)
		return bad_magic(head, at, e);
	for (size_t i = 0; i < COUNT(field); i++)
		if (!get_hex(head + 6 + 8 * i, field[i]))
			return bad(at + 6 + 8 * i,
				   "a field that is not 8 hex digits", e);
	if (check)
		return bad(at, "a check sum in a format without", e);
	if (*name_size < 2 || *name_size > CPIO_NAME_MAX)
		return bad(at, "a name not of 1 to 4095 bytes", e);
	return true;
}

static bool
take_name(struct cpio_reader *r, uint32_t size, struct span *out, struct err *e)
{
	uint64_t at = r->at;
	if (!take(r, r->name, size, e) || !skip_pad(r, e))
		return false;
	*out = span_of(r->name, size - 1);
	if (r->name[size - 1] != 0 || span_find(*out, 0) < out->n)
		return bad(at, "a name that does not end in its only NUL", e);
	return true;
}

static bool
clean(struct span name, struct span *path)
{
	while (span_starts(name, SPAN("/")) || span_starts(name, SPAN("./")))
		name = span_from(name, name.p[0] == '.' ? 2 : 1);
	while (span_ends(name, SPAN("/")))
		name.n--;
	if (span_is(name, "."))
		name.n = 0;
	*path = name;
	for (struct span rest = name; rest.n;) {
		struct span c = span_cut(&rest, '/');
		if (c.n == 0 || span_is(c, ".") || span_is(c, ".."))
			return false;
	}
	return true;
}

static bool
take_link(struct cpio_reader *r, struct cpio_entry *en, struct err *e)
{
	uint64_t at = r->at;
	uint32_t n = en->h.size;
	if (n == 0 || n > CPIO_NAME_MAX)
		return bad(en->at, "a link target not of 1 to 4095 bytes", e);
	if (!take(r, r->link, n, e) || !skip_pad(r, e))
		return false;
	if (r->link[n - 1] == 0)
		n--;
	en->link = span_of(r->link, n);
	if (n == 0 || n == CPIO_NAME_MAX || span_find(en->link, 0) < n)
		return bad(at, "a link target that is empty or has a NUL", e);
	return true;
}

/* What follows from the type: a link's target is read, data is announced. */
static bool
take_body(struct cpio_reader *r, struct cpio_entry *en, struct err *e)
{
	en->link = (struct span){ 0 };
	switch (en->type) {
	case CPIO_FILE:
		r->left = en->h.size;
		return true;
	case CPIO_SYMLINK:
		return take_link(r, en, e);
	case CPIO_DIR:
	case CPIO_CHAR:
	case CPIO_BLOCKDEV:
	case CPIO_FIFO:
	case CPIO_SOCKET:
		return en->h.size == 0 ||
		       bad(en->at, "data for a type that has none", e);
	default:
		return bad(en->at, "a type of file that does not exist", e);
	}
}

/* One header and name; *trailer: it was the last of its archive. */
static bool
take_entry(struct cpio_reader *r, struct cpio_entry *en, bool *trailer,
	   struct err *e)
{
	uint8_t head[CPIO_HEADER];
	uint32_t name_size = 0;
	en->at = r->at;
	en->archive = r->archive;
	if (!take(r, head, 6, e))
		return false;
	if (memcmp(head, "070701", 6) != 0)
		return bad_magic(head, en->at, e);
	if (!take(r, head + 6, CPIO_HEADER - 6, e) ||
	    !decode(head, en->at, &en->h, &name_size, e) ||
	    !take_name(r, name_size, &en->name, e))
		return false;
	*trailer = span_is(en->name, "TRAILER!!!");
	if (*trailer)
		return en->h.size == 0 || bad(en->at, "a trailer with data", e);
	if (!clean(en->name, &en->path))
		return bad(en->at,
			   "a name with an empty, \".\" or \"..\" component",
			   e);
	en->type = en->h.mode & CPIO_TYPE;
	if (en->path.n == 0 && en->type != CPIO_DIR)
		return bad(en->at, "a root that is not a directory", e);
	if (en->h.mode & ~(uint32_t)(CPIO_TYPE | 07777))
		return bad(en->at, "a mode of more than 16 bits", e);
	return take_body(r, en, e);
}

bool
cpio_next(struct cpio_reader *r, struct cpio_entry *out, bool *more,
	  struct err *e)
{
	bool trailer = false;
	*more = false;
	if (!skip_data(r, e))
		return false;
	for (;;) {
		if (!r->inside && !between(r, more, e))
			return false;
		if (!r->inside && !*more)
			return true;
		r->inside = true;
		if (!take_entry(r, out, &trailer, e))
			return false;
		if (!trailer)
			break;
		r->inside = false;
		r->archive++;
	}
	*more = true;
	return true;
}

static bool
span_read(void *self, void *p, size_t n, size_t *got, struct err *e)
{
	struct span *s = self;
	struct span part = span_sub(*s, 0, n);
	(void)e;
	if (part.n)
		memcpy(p, part.p, part.n);
	*s = span_from(*s, part.n);
	*got = part.n;
	return true;
}

struct cpio_input
cpio_input_span(struct span *s)
{
	return (struct cpio_input){ span_read, s };
}

void
cpio_links_init(struct cpio_links *l, struct arena *a, const uint64_t seed[2])
{
	map_init(&l->seen, a, seed);
}

bool
cpio_links_add(struct cpio_links *l, const struct cpio_entry *en,
	       struct span *first, struct err *e)
{
	const uint32_t id[] = { en->archive, en->h.ino, en->h.dev_major,
				en->h.dev_minor, en->type };
	struct arena *a = l->seen.arena;
	*first = (struct span){ 0 };
	if (en->h.nlink < 2 || en->type == CPIO_DIR || en->type == CPIO_SYMLINK)
		return true;
	const struct span *known = map_get(&l->seen, span_of(id, sizeof id));
	if (known) {
		*first = *known;
		return true;
	}
	struct span *path = NEW(a, struct span, 1);
	struct span key = arena_dup(a, span_of(id, sizeof id));
	if (path)
		*path = arena_dup(a, en->path);
	if (!path || !key.p || !path->p)
		return err_full(e, "the archive's hard links");
	return map_put(&l->seen, key, path, e);
}
