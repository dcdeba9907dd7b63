#include "eif/follow.h"

#include "codec/crc32.h"
#include "sys/fs.h"
#include "sys/lanes.h"
#include "sys/window.h"

struct eif_follow {
	struct measure *measure;
	struct arena *arena;
	size_t section; /* the one being measured, or the next */
	bool begun;
	uint64_t at; /* in the file: the next byte of that section's data */
};

bool
eif_follow_open(struct eif_writer *w, size_t ramdisks, struct arena *a,
		struct err *e)
{
	struct eif_follow *f = NEW(a, struct eif_follow, 1);
	struct measure_plan plan = { .ramdisks = ramdisks };
	if (!f)
		return err_full(e, "the measurement");
	f->arena = a;
	w->follow = f;
	return measure_open(&f->measure, &plan, a, e);
}

void
eif_follow_close(struct eif_writer *w)
{
	if (w->follow)
		measure_close(&w->follow->measure);
	w->follow = NULL;
}

/* Bytes of the current section's data that are in the file and were not
 * measured yet. */
static uint64_t
waiting(const struct eif_follow *f, const struct eif_writer *w, uint64_t end)
{
	uint64_t there = w->trail ? trail_end(w->trail) : w->at;
	if (there > end)
		there = end;
	return there > f->at ? there - f->at : 0;
}

static bool
measure_piece(struct eif_follow *f, const struct eif_writer *w, uint64_t n,
	      const struct measure_progress *p, struct err *e)
{
	struct window piece = { w->fd, f->at, n };
	struct blob b = window_blob(&piece);
	f->at += n;
	return measure_blob(f->measure, &b, p, e);
}

/* Begins a section, ends one, or measures a piece of one; *moved: whether there
 * was any of that to do. A piece is smaller than MEASURE_PIECE only at the end
 * of a section. */
static bool
step(struct eif_follow *f, const struct eif_writer *w,
     const struct progress *to, bool *moved, struct err *e)
{
	const struct eif_section *s = &w->eif.section[f->section];
	bool ended = f->section < w->eif.n;
	*moved = ended || w->open;
	if (!*moved)
		return true;
	uint64_t begin = s->at + EIF_SECTION_HEADER;
	if (!f->begun) {
		f->begun = true;
		f->at = begin;
		return measure_begin(f->measure, s->type, e);
	}
	uint64_t end = begin + w->done[f->section].size;
	uint64_t n = waiting(f, w, end);
	struct measure_progress p = { to, f->at, w->at };
	if (n > MEASURE_PIECE)
		n = MEASURE_PIECE;
	if (n == MEASURE_PIECE || (n && ended && f->at + n == end))
		return measure_piece(f, w, n, &p, e);
	*moved = ended && f->at == end;
	if (!*moved)
		return true;
	f->begun = false;
	f->section++;
	return measure_end(f->measure, NULL, e);
}

bool
eif_follow(struct eif_follow *f, const struct eif_writer *w, struct err *e)
{
	bool moved = true;
	while (moved && measure_ready(f->measure))
		if (!step(f, w, NULL, &moved, e))
			return false;
	return true;
}

/* The SHA-256 of a whole file. */
struct whole {
	const struct blob *file;
	const struct eif *image;
	struct digest digest;
};

/* Reads the file through the block, which has no other meaning. */
static bool
take_whole(void *self, const struct lane_block *room, struct err *e)
{
	struct whole *w = self;
	uint32_t crc = 0;
	size_t n;
	for (uint64_t at = 0; at < w->file->size; at += n) {
		uint64_t left = w->file->size - at;
		n = left < MEASURE_PIECE ? (size_t)left : MEASURE_PIECE;
		struct span s = { room->p, n };
		if (!blob_read(w->file, room->p, n, at, e) ||
		    !digest_update(&w->digest, s, e))
			return false;
		/* the header's last field is the checksum of all else */
		if (at == 0) {
			crc = crc32_of(crc, span_sub(s, 0, EIF_CRC_AT));
			s = span_from(s, EIF_HEADER);
		}
		crc = crc32_of(crc, s);
	}
	return eif_check_crc(w->image, crc, e);
}

static bool
start_whole(struct whole *w, struct lanes **l, struct arena *a, struct err *e)
{
	struct lane lane = { take_whole, w };
	struct lanes_plan plan = { .lane = &lane,
				   .n = 1,
				   .blocks = 2,
				   .size = MEASURE_PIECE,
				   .threads = true };
	struct lane_block *b;
	return digest_init(&w->digest, DIGEST_SHA256, e) &&
	       lanes_open(l, &plan, a, e) && lanes_block(*l, &b, e) &&
	       lanes_pass(*l, e);
}

static bool
measure_rest(struct eif_follow *f, const struct eif_writer *w,
	     const struct eif *image, const struct eif_measure_plan *plan,
	     struct measured *out, struct err *e)
{
	bool moved = true;
	while (moved)
		if (!step(f, w, plan->progress, &moved, e))
			return false;
	return measure_finish(f->measure, out, e) &&
	       eif_check_crc(image, eif_crc(image, out->section), e);
}

static void
whole_finish(struct whole *w)
{
	digest_finish(&w->digest);
}

bool
eif_follow_finish(struct eif_follow *f, const struct eif_writer *w,
		  const struct eif *image, const struct eif_measure_plan *plan,
		  struct measured *out, struct err *e)
{
	struct blob file;
	DEFER(whole_finish)
	struct whole whole = { .file = &file, .image = image };
	DEFER(lanes_close) struct lanes *beside = NULL;
	if (!fs_blob(w->fd, &file, e) ||
	    (plan->sha256 && !start_whole(&whole, &beside, f->arena, e)) ||
	    !measure_rest(f, w, image, plan, out, e))
		return false;
	return !plan->sha256 || (lanes_finish(beside, e) &&
				 digest_final(&whole.digest, &out->sha256, e));
}
