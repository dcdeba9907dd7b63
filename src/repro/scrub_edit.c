/* Rules that change some bytes of a file: times that were written into it. */
#include "base/path.h"
#include "repro/rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/limits.h"
#include "base/num.h"

static void
le32(uint8_t out[4], uint32_t v)
{
	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t
get_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* Returns a copy to change, or NULL. */
static uint8_t *
writable(struct scrub *s, struct span bytes, struct err *e)
{
	uint8_t *p = NEW(s->image->arena, uint8_t, bytes.n);
	if (!p)
		err_full(e, "a changed file");
	else if (bytes.n)
		memcpy(p, bytes.p, bytes.n);
	return p;
}

/* Writes a 32-bit little-endian word into the file if it differs. */
static bool
set_word(struct scrub *s, struct node *n, uint64_t at, uint32_t now,
	 uint32_t want, struct err *e)
{
	uint8_t raw[4];
	struct inode was = *n->inode;
	if (now == want)
		return true;
	le32(raw, want);
	if (n->inode->content.kind == CONTENT_BYTES) {
		uint8_t *p = writable(s, n->inode->content.bytes, e);
		if (!p)
			return false;
		memcpy(p + at, raw, sizeof raw);
		content_set(n->inode, span_of(p, (size_t)was.size));
	} else {
		content_patch(n->inode, at, span_of(raw, sizeof raw));
	}
	return scrub_note(s, n->path, SCRUB_REWRITE, &was, n->inode, e);
}

/*
 * Returns the offset of the source's time in a .pyc, by the magic number of
 * its Python: since 3.7 (3390, PEP 552) after a word of flags, and only if the
 * flags are 0; before that directly after the magic number. Returns 0 if it
 * has no time.
 */
static uint64_t
pyc_time_at(const uint8_t head[16], size_t got)
{
	unsigned magic = (unsigned)head[0] | (unsigned)head[1] << 8;
	if (got < 16 || head[2] != '\r' || head[3] != '\n')
		return 0;
	if (magic >= 3390 && magic < 20000)
		return get_le32(head + 4) == 0 ? 8 : 0;
	return 4;
}

/* Derives "a/m.py" from "a/__pycache__/m.cpython-311.opt-1.pyc" and from
 * "a/m.pyc". */
static struct span
pyc_source(struct span path, struct arena *a)
{
	struct span dir = path_dir(path), base = path_base(path);
	bool cached = span_is(path_base(dir), "__pycache__");
	if (cached)
		dir = path_dir(dir);
	base = span_sub(base, 0, span_find(base, '.'));
	return span_str(arena_fmt(a, "%.*s%s%.*s.py", SPAN_ARG(dir),
				  dir.n ? "/" : "", SPAN_ARG(base)));
}

/*
 * A compiled module contains its source's time, and Python compiles it again
 * at each start if the time differs. All times become the epoch, so this one
 * must as well; every other mtime policy keeps old times, for which the same
 * clamp is right.
 */
bool
rule_pyc(struct scrub *s, struct node *n, struct err *e)
{
	uint8_t head[16];
	size_t got;
	if (n->inode->type != NODE_FILE)
		return true;
	if (!content_head(n->inode, head, sizeof head, &got, e))
		return err_ctx(e, "%s", show(n->path).s);
	uint64_t at = pyc_time_at(head, got);
	if (at == 0)
		return true;
	struct span source = pyc_source(n->path, s->image->arena);
	if (!source.p)
		return err_full(e, "a file name");
	const struct node *py = tree_find(&s->image->tree, source);
	uint32_t now = get_le32(head + at), want = s->options->epoch;
	if (py && s->options->clamp && py->inode->mtime < want)
		want = (uint32_t)py->inode->mtime;
	return set_word(s, n, at, now, want, e);
}

/* RFC 1952: MTIME is at offset 4. A header CRC (FLG bit 1) covers it. */
bool
rule_gzip(struct scrub *s, struct node *n, struct err *e)
{
	uint8_t head[10];
	size_t got;
	if (n->inode->type != NODE_FILE)
		return true;
	if (!content_head(n->inode, head, sizeof head, &got, e))
		return err_ctx(e, "%s", show(n->path).s);
	if (got < sizeof head || head[0] != 0x1f || head[1] != 0x8b ||
	    head[2] != 8 || (head[3] & 2))
		return true;
	return set_word(s, n, 4, get_le32(head + 4), 0, e);
}

enum { TAR_BLOCK = 512 };

/* Returns the header's checksum with its own field as blanks (POSIX ustar). */
static unsigned
tar_sum(const uint8_t *h)
{
	unsigned sum = 0;
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : h[i];
	return sum;
}

static void
octal(uint8_t *p, size_t digits, uint64_t v)
{
	for (size_t i = digits; i > 0; i--, v >>= 3)
		p[i - 1] = (uint8_t)('0' + (v & 7));
}

/* Sets the time of every entry of an uncompressed tar. Returns false if it is
 * not a tar that we can read; the entries before that place are then changed
 * already. */
static bool
tar_set_times(uint8_t *p, size_t n, uint32_t epoch)
{
	static const uint8_t zero[TAR_BLOCK];
	size_t at = 0;
	while (at + TAR_BLOCK <= n && memcmp(p + at, zero, TAR_BLOCK) != 0) {
		uint8_t *h = p + at;
		uint64_t sum, size;
		struct span sum_text = span_trim(span_of(h + 148, 6));
		struct span size_text = span_of(h + 124, 11);
		if (!num_parse_octal(sum_text, &sum) || sum != tar_sum(h) ||
		    !num_parse_octal(size_text, &size) || size > n ||
		    h[156] == 'x')
			return false;
		octal(h + 136, 11, epoch);
		h[147] = 0;
		octal(h + 148, 6, tar_sum(h));
		h[154] = 0;
		h[155] = ' ';
		at += TAR_BLOCK + (size_t)num_align(size, TAR_BLOCK);
	}
	return at <= n;
}

bool
rule_apk_scripts(struct scrub *s, struct node *n, struct err *e)
{
	struct span old;
	struct arena *a = s->image->arena;
	if (n->inode->type != NODE_FILE || n->inode->size == 0)
		return true;
	if (!content_read(n->inode, 16 * MIB, a, &old, e))
		return err_ctx(e, "%s", show(n->path).s);
	uint8_t *p = writable(s, old, e);
	if (!p)
		return false;
	if (!tar_set_times(p, old.n, s->options->epoch)) {
		note_warn(
			s->image->notes, "apk-scripts",
			"%s is not a plain tar, so its install times stay; use "
			"scrub minimal if no program needs apk at run time",
			show(n->path).s);
		return true;
	}
	if (span_eq(span_of(p, old.n), old))
		return true;
	return scrub_set(s, n, span_of(p, old.n), e);
}
