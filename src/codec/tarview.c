#include "codec/tarview.h"

#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "codec/tarparts.h"

enum {
	WINDOW = 64 * 1024,
	/* After a large file: its successor's headers, not its data. */
	GLANCE = 2048,
	NEAR = 16 * 1024,
	TAIL_MAX = 16 * 1024 * 1024,
};

struct tar_window {
	uint64_t start;
	size_t n;
	uint8_t bytes[WINDOW];
};

/* A header's fields (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar's
 * tar.h; star's star.4). */
enum {
	AT_NAME = 0,
	AT_MODE = 100,
	AT_UID = 108,
	AT_GID = 116,
	AT_SIZE = 124,
	AT_MTIME = 136,
	AT_SUM = 148,
	AT_TYPE = 156,
	AT_LINK = 157,
	AT_MAGIC = 257,
	AT_MAJOR = 329,
	AT_MINOR = 337,
	AT_PREFIX = 345,
	AT_GNU_MAP = 386,
	AT_GNU_MORE = 482,
	AT_GNU_REAL = 483,
	AT_STAR_MAGIC = 508,
	AT_EXT_MORE = 504, /* in a map's extension block */
};

enum dialect { V7, USTAR, STAR, GNU };

static struct span
field(const uint8_t *h, size_t at, size_t n)
{
	return span_of(h + at, n);
}

static bool
is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Old programs summed signed bytes; both sums are accepted everywhere. */
static bool
checksum_ok(const uint8_t *h)
{
	int64_t want, is_unsigned = 0, is_signed = 0;
	if (!tar_number(field(h, AT_SUM, 8), &want))
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		uint8_t c = i >= AT_SUM && i < AT_TYPE ? ' ' : h[i];
		is_unsigned += c;
		is_signed += c < 128 ? c : c - 256;
	}
	return want == is_unsigned || want == is_signed;
}

bool
tar_guess(struct span head)
{
	if (head.n < TAR_BLOCK)
		return false;
	return is_zero(head.p, TAR_BLOCK) || checksum_ok(head.p);
}

bool
tar_init(struct tarview *t, const struct blob *b, struct notes *n,
	 struct err *e)
{
	*t = (struct tarview){ .blob = b, .notes = n };
	t->w = NEW(&t->hold, struct tar_window, 1);
	return t->w || err_full(e, "reading a tar archive");
}

void
tar_finish(struct tarview *t)
{
	arena_finish(&t->names);
	arena_finish(&t->hold);
	*t = (struct tarview){ .blob = NULL };
}

/* One block; *got is less than TAR_BLOCK at the archive's end. */
static bool
block(struct tarview *t, uint64_t at, const uint8_t **p, size_t *got,
      struct err *e)
{
	struct tar_window *w = t->w;
	uint64_t end = w->start + w->n;
	if (at < w->start || at > end || end - at < TAR_BLOCK) {
		bool far = at > end + NEAR || at < w->start;
		w->n = 0;
		w->start = at;
		if (!blob_read_some(t->blob, w->bytes, far ? GLANCE : WINDOW,
				    at, &w->n, e))
			return false;
		end = at + w->n;
	}
	*p = w->bytes + (at - w->start);
	*got = end - at < TAR_BLOCK ? (size_t)(end - at) : TAR_BLOCK;
	return true;
}

static bool
truncated(struct err *e, const char *where)
{
	err_set(e, ERR_INPUT, "the archive ends inside %s", where);
	err_hint(e, "fetch or make it again: it is not complete");
	return err_id(e, "tar-truncated");
}

/* The body of an extended header or a long name, in the arena. */
static bool
body(struct tarview *t, uint64_t size, struct span *out, struct err *e)
{
	if (size > LIMIT_PAX)
		return err_set(e, ERR_LIMIT,
			       "an extended header has %s, more than the %s "
			       "allowed",
			       show_size(size).s, show_size(LIMIT_PAX).s);
	if (size > t->blob->size || t->at > t->blob->size - size)
		return truncated(e, "an extended header");
	uint8_t *p = NEW(&t->names, uint8_t, (size_t)size);
	if (!p)
		return err_full(e, "an extended header");
	*out = span_of(p, (size_t)size);
	for (uint64_t at = 0; at < size; at += TAR_BLOCK) {
		const uint8_t *b;
		size_t got, n = (size_t)(size - at);
		if (!block(t, t->at + at, &b, &got, e))
			return false;
		n = n < TAR_BLOCK ? n : TAR_BLOCK;
		if (got < n)
			return truncated(e, "an extended header");
		memcpy(p + at, b, n);
	}
	t->at += num_align(size, TAR_BLOCK);
	return true;
}

static enum dialect
dialect_of(const uint8_t *h)
{
	if (span_is(field(h, AT_MAGIC, 6), "ustar "))
		return GNU;
	if (!span_eq(field(h, AT_MAGIC, 6), SPAN("ustar\0")))
		return V7;
	return span_eq(field(h, AT_STAR_MAGIC, 4), SPAN("tar\0")) ? STAR
								  : USTAR;
}

static bool
bad_number(struct err *e, const char *what)
{
	err_set(e, ERR_INPUT, "the header's %s is not a number that fits",
		what);
	return err_id(e, "tar-number");
}

static bool
number(const uint8_t *h, size_t at, size_t n, uint64_t *out)
{
	int64_t v;
	if (!tar_number(field(h, at, n), &v) || v < 0)
		return false;
	*out = (uint64_t)v;
	return true;
}

/* Records of a header that is for all entries to come. */
static bool
global(struct tarview *t, uint64_t size, struct err *e)
{
	struct tar_ext x = { .arena = &t->names, .notes = t->notes };
	struct span text;
	if (!body(t, size, &text, e) || !tar_pax(text, &x, e))
		return false;
	if (!x.changes)
		return true;
	err_set(e, ERR_INPUT,
		"a global header changes the entries that follow, which "
		"container engines ignore and tar does not");
	err_hint(e, "make the archive without global pax options");
	return err_id(e, "tar-global");
}

static bool
long_name(struct tarview *t, uint64_t size, struct span *to, struct err *e)
{
	struct span text;
	if (to->p)
		return tar_refuse(e, "tar-twice",
				  "an entry has two long names");
	if (!body(t, size, &text, e))
		return false;
	*to = tar_text(text);
	if (to->n && is_zero(text.p + to->n, text.n - to->n))
		return true;
	return tar_refuse(e, "tar-name",
			  "a long name is empty or has a NUL byte");
}

static bool
extended(struct tarview *t, uint64_t size, struct tar_ext *x, struct err *e)
{
	struct span text;
	if (x->pax)
		return tar_refuse(e, "tar-twice",
				  "an entry has two extended headers");
	return body(t, size, &text, e) && tar_pax(text, x, e);
}

/* Headers in front of an entry's own: *mine is false when h was one. */
static bool
in_front(struct tarview *t, const uint8_t *h, struct tar_ext *x, bool *mine,
	 struct err *e)
{
	uint64_t size;
	*mine = memchr("xgLKV", h[AT_TYPE], 5) == NULL;
	if (*mine)
		return true;
	if (!number(h, AT_SIZE, 12, &size))
		return bad_number(e, "size");
	uint8_t type = h[AT_TYPE];
	t->at += TAR_BLOCK;
	if (type == 'x')
		return extended(t, size, x, e);
	if (type == 'g')
		return global(t, size, e);
	if (type == 'L')
		return long_name(t, size, &x->long_path, e);
	if (type == 'K')
		return long_name(t, size, &x->long_link, e);
	return size == 0 || bad_number(e, "size"); /* V: a volume's label */
}

static const struct kind {
	char c;
	enum tar_type type;
} kinds[] = {
	{ '0', TAR_FILE }, { '\0', TAR_FILE },    { '7', TAR_FILE },
	{ 'S', TAR_FILE }, { '1', TAR_LINK },     { '2', TAR_SYMLINK },
	{ '3', TAR_CHAR }, { '4', TAR_BLOCKDEV }, { '5', TAR_DIR },
	{ '6', TAR_FIFO },
};

static bool
type_of(const uint8_t *h, struct tar_entry *n, struct err *e)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (h[AT_TYPE] != (uint8_t)kinds[i].c)
			continue;
		n->type = kinds[i].type;
		return true;
	}
	err_set(e, ERR_INPUT, "an entry has the type %s",
		show(field(h, AT_TYPE, 1)).s);
	err_hint(e, "incremental and multi-volume archives cannot be read");
	return err_id(e, "tar-type");
}

/* What two places say must be the same. */
static bool
choose(struct span pax, struct span gnu, struct span own, struct span *out,
       struct err *e)
{
	if (pax.n && gnu.n && !span_eq(pax, gnu))
		return tar_refuse(e, "tar-twice",
				  "two extended headers name the entry "
				  "differently");
	*out = pax.n ? pax : gnu.n ? gnu : own;
	return true;
}

static bool
names(struct tarview *t, const uint8_t *h, struct tar_ext *x,
      struct tar_entry *n, struct err *e)
{
	enum dialect d = dialect_of(h);
	struct span own = tar_text(field(h, AT_NAME, 100)), head = { 0 };
	struct span link = tar_text(field(h, AT_LINK, 100));
	if (d == USTAR)
		head = tar_text(field(h, AT_PREFIX, 155));
	if (d == STAR)
		head = tar_text(field(h, AT_PREFIX, 131));
	uint8_t *p = NEW(&t->names, uint8_t, head.n + 1 + own.n);
	struct span target = arena_dup(&t->names, link);
	if (!p || !target.p)
		return err_full(e, "a name");
	if (head.n) {
		memcpy(p, head.p, head.n);
		p[head.n++] = '/';
	}
	memcpy(p + head.n, own.p, own.n);
	own = span_of(p, head.n + own.n);
	if (!choose(x->path, x->long_path, own, &n->name, e) ||
	    !choose(x->link, x->long_link, target, &n->link, e))
		return false;
	if (x->sparse_name.n)
		n->name = x->sparse_name;
	if (n->name.n == 0)
		return tar_refuse(e, "tar-name", "an entry has no name");
	if ((n->type == TAR_LINK || n->type == TAR_SYMLINK) && n->link.n == 0)
		return tar_refuse(e, "tar-name", "a link has no target");
	return true;
}

static bool
id_of(uint64_t own, bool has, uint64_t over, const char *what, uint32_t *out,
      struct err *e)
{
	uint64_t v = has ? over : own;
	if (v > UINT32_MAX)
		return bad_number(e, what);
	*out = (uint32_t)v;
	return true;
}

static bool
numbers(const uint8_t *h, const struct tar_ext *x, struct tar_entry *n,
	struct err *e)
{
	uint64_t mode, uid = 0, gid = 0, major = 0, minor = 0;
	bool device = n->type == TAR_CHAR || n->type == TAR_BLOCKDEV;
	if (!number(h, AT_MODE, 8, &mode))
		return bad_number(e, "mode");
	if (!x->has_uid && !number(h, AT_UID, 8, &uid))
		return bad_number(e, "owner");
	if (!x->has_gid && !number(h, AT_GID, 8, &gid))
		return bad_number(e, "group");
	if (!x->has_mtime && !tar_number(field(h, AT_MTIME, 12), &n->mtime))
		return bad_number(e, "time");
	if (device && (!number(h, AT_MAJOR, 8, &major) ||
		       !number(h, AT_MINOR, 8, &minor)))
		return bad_number(e, "device");
	n->mode = (uint32_t)(mode & 07777);
	if (x->has_mtime)
		n->mtime = x->mtime;
	if (!id_of(uid, x->has_uid, x->uid, "owner", &n->uid, e) ||
	    !id_of(gid, x->has_gid, x->gid, "group", &n->gid, e))
		return false;
	return !device ||
	       (id_of(major, x->has_major, x->major, "device", &n->major, e) &&
		id_of(minor, x->has_minor, x->minor, "device", &n->minor, e));
}

/* Old GNU: the table in the header goes on in blocks behind it. */
static bool
gnu_map(struct tarview *t, const uint8_t *h, struct tar_ext *x, struct err *e)
{
	size_t got;
	bool more = h[AT_GNU_MORE] != 0;
	x->map = TAR_MAP_HEADER;
	x->has_real = number(h, AT_GNU_REAL, 12, &x->real);
	if (dialect_of(h) != GNU || !x->has_real)
		return tar_refuse(
			e, "tar-sparse",
			"a sparse file is not stored as GNU tar does");
	if (!tar_piece_table(x, field(h, AT_GNU_MAP, 96), e))
		return false;
	while (more) {
		if (!block(t, t->at, &h, &got, e))
			return false;
		if (got < TAR_BLOCK)
			return truncated(e, "the map of a sparse file");
		if (!tar_piece_table(x, field(h, 0, AT_EXT_MORE), e))
			return false;
		more = h[AT_EXT_MORE] != 0;
		t->at += TAR_BLOCK;
	}
	return true;
}

static bool
sparse(struct tarview *t, struct tar_ext *x, uint64_t stored,
       struct tar_entry *n, struct err *e)
{
	uint64_t at = t->at, left = stored;
	if (n->type != TAR_FILE || !x->has_real || x->real > LIMIT_TAR_FILE)
		return tar_refuse(e, "tar-sparse",
				  "a sparse file has no size that is possible");
	if (x->map == TAR_MAP_DATA && x->map_major != 1)
		return tar_refuse(e, "tar-sparse",
				  "a sparse file has a map of an unknown kind");
	if (x->map == TAR_MAP_DATA &&
	    !tar_piece_data(x, t->blob, &at, &left, e))
		return false;
	if (!tar_piece_place(x, at, left, x->real, e))
		return false;
	n->sparse = true;
	n->size = x->real;
	n->piece = x->pieces.v;
	n->pieces = x->pieces.n;
	return true;
}

/* Where the data is, and with it the next header. */
static bool
data(struct tarview *t, struct tar_ext *x, uint64_t stored, struct tar_entry *n,
     struct err *e)
{
	/* POSIX: of a directory it is the room to set aside, and no data */
	if (n->type == TAR_DIR && stored) {
		t->sized_dirs++;
		stored = 0;
	}
	if (n->type != TAR_FILE && stored)
		return tar_refuse(e, "tar-data",
				  "an entry that is no file has data, which "
				  "some programs skip and some do not");
	if (stored > t->blob->size || t->at > t->blob->size - stored)
		return truncated(e, "the data of an entry");
	n->size = stored;
	n->offset = t->at;
	if (x->map == TAR_DENSE && x->has_real)
		return tar_refuse(e, "tar-sparse", "a sparse file has no map");
	if (x->map != TAR_DENSE && !sparse(t, x, stored, n, e))
		return false;
	n->xattr = x->xattr;
	t->at += num_align(stored, TAR_BLOCK);
	return true;
}

/* An entry's own header, at t->at. */
static bool
own(struct tarview *t, const uint8_t *h, struct tar_ext *x, struct tar_entry *n,
    struct err *e)
{
	uint64_t stored = x->size;
	bool has_map = h[AT_TYPE] == 'S';
	*n = (struct tar_entry){ .header = t->at };
	if (!type_of(h, n, e) || !names(t, h, x, n, e) || !numbers(h, x, n, e))
		return false;
	if (!x->has_size && !number(h, AT_SIZE, 12, &stored))
		return bad_number(e, "size");
	/* the seventh edition had no type for directories */
	bool slash = n->name.p[n->name.n - 1] == '/';
	if (h[AT_TYPE] == '\0' && slash)
		n->type = TAR_DIR;
	else if (n->type == TAR_FILE && slash)
		return tar_refuse(e, "tar-type",
				  "a file's name ends in a slash: some "
				  "programs make a directory of it");
	t->at += TAR_BLOCK;
	if (has_map && x->map != TAR_DENSE)
		return tar_refuse(e, "tar-sparse", "a file has two maps");
	if (has_map && !gnu_map(t, h, x, e))
		return false;
	return data(t, x, stored, n, e);
}

/* What stands behind the end mark is not read; say so when it is not zeros. */
static bool
tail(struct tarview *t, struct err *e)
{
	uint64_t at = t->at, end = t->blob->size;
	const uint8_t *p;
	size_t got;
	while (at < end && at - t->at < TAIL_MAX) {
		if (!block(t, at, &p, &got, e))
			return false;
		if (got == 0)
			break;
		if (!is_zero(p, got)) {
			if (t->notes)
				note_warn(t->notes, "tar-trailing",
					  "%llu bytes follow the end mark of "
					  "the archive and were not read",
					  (unsigned long long)(end - t->at));
			return true;
		}
		at += got;
	}
	return true;
}

/* A block of zeros at t->at: the end, unless an entry follows after all. */
static bool
end_mark(struct tarview *t, struct err *e)
{
	const uint8_t *p;
	size_t got;
	t->at += TAR_BLOCK;
	if (!block(t, t->at, &p, &got, e))
		return false;
	if (got == TAR_BLOCK && !is_zero(p, got))
		return tar_refuse(
			e, "tar-lone-zero",
			"one block of zeros is between entries, where "
			"some programs stop and some do not");
	t->ended = true;
	return tail(t, e);
}

static bool
no_more(struct tarview *t, const uint8_t *p, size_t got, struct err *e)
{
	if (!is_zero(p, got))
		return truncated(e, "a header");
	if (got == TAR_BLOCK)
		return end_mark(t, e);
	t->ended = true;
	t->unterminated = true;
	return true;
}

static bool
next(struct tarview *t, struct tar_entry *out, struct err *e)
{
	struct tar_ext x = { .arena = &t->names, .notes = t->notes };
	const uint8_t *h;
	size_t got;
	bool mine = false, waits;
	while (!mine) {
		waits = x.pax || x.long_path.p || x.long_link.p;
		if (!block(t, t->at, &h, &got, e))
			return false;
		if (got < TAR_BLOCK || is_zero(h, TAR_BLOCK)) {
			if (waits)
				return truncated(e, "an entry: only its "
						    "extended header is there");
			return no_more(t, h, got, e);
		}
		if (!checksum_ok(h))
			return tar_refuse(e, "tar-checksum",
					  "this is no tar header: its checksum "
					  "is wrong");
		if (!in_front(t, h, &x, &mine, e))
			return false;
	}
	return own(t, h, &x, out, e);
}

bool
tar_next(struct tarview *t, struct tar_entry *out, bool *more, struct err *e)
{
	uint64_t at = t->at;
	*more = false;
	if (t->ended)
		return true;
	arena_reset(&t->names);
	if (!next(t, out, e))
		return err_ctx(e, "byte %llu of the archive",
			       (unsigned long long)at);
	*more = !t->ended;
	return true;
}
