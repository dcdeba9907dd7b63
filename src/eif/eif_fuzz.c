/*
 * A file that is accepted reads the same by its table and by walking it; with
 * the right checksum it is measured as the definition says; its header is
 * written back as it was.
 */
#include "base/fuzz.h"

#include <string.h>

#include "base/reader.h"
#include "eif/content.h"
#include "pcrs/pcr.h"

/* What AWS's reader does: header after header until the end. */
static void
walk(struct span in, const struct eif *f)
{
	struct reader r = rd_from(in);
	rd_take(&r, EIF_HEADER);
	for (size_t i = 0; i < f->n; i++) {
		ASSERT(rd_at(&r) == f->section[i].at);
		ASSERT(rd_be16(&r) == (unsigned)f->section[i].type);
		ASSERT(rd_be16(&r) == f->section[i].flags);
		uint64_t size = rd_be64(&r);
		ASSERT(size == f->section[i].size);
		rd_take64(&r, size);
	}
	struct err e;
	rd_end(&r);
	ASSERT(rd_ok(&r, &e));
}

static void
check_pcr0(struct span in, const struct eif *f, const struct measured *m)
{
	struct span part[EIF_SECTIONS];
	struct hash inner, want;
	struct err e;
	size_t n = 0;
	for (size_t i = 0; i < f->n; i++)
		if (f->section[i].type <= EIF_RAMDISK)
			part[n++] = span_sub(
				in, f->section[i].at + EIF_SECTION_HEADER,
				f->section[i].size);
	ASSERT(digest_of(DIGEST_SHA384, part, n, &inner, &e));
	ASSERT(pcr_of_digest(&inner, &want, &e));
	ASSERT(span_eq(hash_span(&want), hash_span(&m->pcr0)));
}

static void
check_accepted(const struct blob *b, struct eif *f, struct span in,
	       struct arena *a)
{
	struct eif_measure_plan plan = { .single = true };
	struct notes n = { .arena = a };
	struct eif_content c;
	struct measured m;
	struct err e = { 0 };
	walk(in, f);
	ASSERT(eif_content_read(b, f, a, &c, &n, &e) || e.code == ERR_LIMIT);
	eif_content_finish(&c);
	if (!eif_measure(b, f, &plan, a, &m, &e)) {
		ASSERT(strcmp(e.id, "eif-crc") == 0);
		f->crc = eif_crc(f, m.section);
		ASSERT(eif_measure(b, f, &plan, a, &m, &e));
	}
	check_pcr0(in, f, &m);
}

FUZZ(in)
{
	struct arena a = { 0 };
	struct notes n = { .arena = &a };
	struct blob b = blob_of(&in);
	struct err e = { 0 };
	struct eif f;
	if (!eif_open(&b, &f, &n, &e)) {
		ASSERT(e.code == ERR_INPUT && e.id && e.msg[0] && e.hint[0]);
	} else {
		uint8_t again[EIF_HEADER];
		eif_put_header(&f, again);
		ASSERT(note_has(&n, "eif-unused") ||
		       memcmp(again, f.header, EIF_HEADER) == 0);
		check_accepted(&b, &f, in, &a);
	}
	arena_finish(&a);
}
