/* Writing newc archives: see codec/cpio.h. */
#include "codec/cpio.h"

#include <string.h>

enum { GATHER = 256 * 1024, FIELDS = 13 };

_Static_assert(CPIO_HEADER == 6 + 8 * FIELDS, "magic and fields");

static const uint8_t zeros[CPIO_BLOCK];

bool
cpio_writer_init(struct cpio_writer *w, struct arena *a,
		 const struct sink *sink, bool upper, struct err *e)
{
	*w = (struct cpio_writer){ .sink = sink, .upper = upper };
	if (sink)
		w->block = NEW(a, uint8_t, GATHER);
	return !sink || w->block || err_full(e, "the archive's buffer");
}

static bool
flush(struct cpio_writer *w, struct err *e)
{
	struct span s = span_of(w->block, w->n);
	w->n = 0;
	return !w->sink || sink_write(w->sink, s, e);
}

bool
cpio_write(struct cpio_writer *w, struct span s, struct err *e)
{
	w->at += s.n;
	if (!w->sink || s.n == 0)
		return true;
	if (s.n > GATHER - w->n && !flush(w, e))
		return false;
	if (s.n >= GATHER)
		return sink_write(w->sink, s, e);
	memcpy(w->block + w->n, s.p, s.n);
	w->n += s.n;
	return true;
}

void
cpio_count(struct cpio_writer *w, uint64_t n)
{
	ASSERT(!w->sink);
	w->at += n;
}

static bool
align(struct cpio_writer *w, size_t to, struct err *e)
{
	size_t over = (size_t)(w->at % to);
	return cpio_write(w, span_of(zeros, over ? to - over : 0), e);
}

bool
cpio_write_pad(struct cpio_writer *w, struct err *e)
{
	return align(w, CPIO_ALIGN, e);
}

static void
put_hex(uint8_t *p, uint32_t v, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	for (int i = 7; i >= 0; i--, v >>= 4)
		p[i] = (uint8_t)digits[v & 15];
}

bool
cpio_write_header(struct cpio_writer *w, const struct cpio_header *h,
		  struct span name, struct err *e)
{
	const uint32_t v[FIELDS] = {
		h->ino,
		h->mode,
		h->uid,
		h->gid,
		h->nlink,
		h->mtime,
		h->size,
		h->dev_major,
		h->dev_minor,
		h->rdev_major,
		h->rdev_minor,
		(uint32_t)name.n + 1,
		0,
	};
	uint8_t head[CPIO_HEADER] = "070701";
	if (name.n == 0 || name.n >= CPIO_NAME_MAX ||
	    span_find(name, 0) < name.n) {
		err_set(e, ERR_INPUT,
			"a name of %zu bytes, or with a NUL byte, does not go "
			"into a cpio archive",
			name.n);
		return err_id(e, "cpio-name");
	}
	ASSERT(w->at % CPIO_ALIGN == 0);
	for (size_t i = 0; i < FIELDS; i++)
		put_hex(head + 6 + 8 * i, v[i], w->upper);
	return cpio_write(w, span_of(head, sizeof head), e) &&
	       cpio_write(w, name, e) && cpio_write(w, span_of(zeros, 1), e) &&
	       cpio_write_pad(w, e);
}

bool
cpio_write_end(struct cpio_writer *w, const struct cpio_header *trailer,
	       struct err *e)
{
	return cpio_write_header(w, trailer, SPAN("TRAILER!!!"), e) &&
	       align(w, CPIO_BLOCK, e) && flush(w, e);
}

static bool
sink_put(void *self, struct span s, struct err *e)
{
	return cpio_write(self, s, e);
}

struct sink
cpio_sink(struct cpio_writer *w)
{
	return (struct sink){ sink_put, w };
}
