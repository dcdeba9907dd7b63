/* What is read and written again reads as the same entries: the second
 * rewriting gives the bytes of the first. */
#include "base/fuzz.h"

#include "base/buf.h"
#include "codec/cpio.h"

static const uint64_t seed[2] = { 1, 2 };

static bool
copy_data(struct cpio_reader *r, struct cpio_writer *w, struct err *e)
{
	uint8_t part[1000];
	size_t got;
	do {
		if (!cpio_read(r, part, sizeof part, &got, e) ||
		    !cpio_write(w, span_of(part, got), e))
			return false;
	} while (got);
	return true;
}

static bool
copy_entry(struct cpio_reader *r, struct cpio_writer *w, struct cpio_entry *en,
	   struct err *e)
{
	if (en->link.n)
		en->h.size = (uint32_t)en->link.n;
	ASSERT(en->path.n <= en->name.n && en->name.n < CPIO_NAME_MAX);
	return cpio_write_header(w, &en->h, en->name, e) &&
	       cpio_write(w, en->link, e) && copy_data(r, w, e) &&
	       cpio_write_pad(w, e);
}

static bool
rewrite(struct span in, struct arena *a, struct buf *out, struct err *e)
{
	struct cpio_input input = cpio_input_span(&in);
	struct cpio_header end = { .nlink = 1 };
	struct sink sink = buf_sink(out);
	struct cpio_reader r;
	struct cpio_writer w;
	struct cpio_links links;
	struct cpio_entry en;
	struct span first;
	bool more;
	uint32_t archive = 0;
	cpio_links_init(&links, a, seed);
	if (!cpio_reader_init(&r, a, &input, e) ||
	    !cpio_writer_init(&w, a, &sink, true, e))
		return false;
	for (;;) {
		if (!cpio_next(&r, &en, &more, e))
			return false;
		if (!more)
			break;
		for (; archive < en.archive; archive++)
			if (!cpio_write_end(&w, &end, e))
				return false;
		if (!cpio_links_add(&links, &en, &first, e) ||
		    !copy_entry(&r, &w, &en, e))
			return false;
	}
	return cpio_write_end(&w, &end, e);
}

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	DEFER(buf_free) struct buf once = buf_max(SIZE_MAX / 2);
	DEFER(buf_free) struct buf twice = buf_max(SIZE_MAX / 2);
	if (rewrite(in, &a, &once, &e)) {
		ASSERT(rewrite(buf_view(&once), &a, &twice, &e));
		ASSERT(span_eq(buf_view(&once), buf_view(&twice)));
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	arena_finish(&a);
}
