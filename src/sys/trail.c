#include "sys/trail.h"

#include <string.h>

#include "sys/fs.h"
#include "sys/lanes.h"

enum { BLOCKS = 8, BLOCK = 256 * 1024 };
/* This many bytes are handed to the disk at once, early, so that the sync at
 * the end is short. */
#define BEHIND (UINT64_C(8) << 20)

struct trail {
	struct lanes *lanes;
	struct lane_block *block; /* the block being filled, or NULL */
	int fd;
	uint64_t told;        /* the lane's: written to the disk up to here */
	_Atomic uint64_t end; /* the lane has written up to here */
};

/* What a block is about: its offset in the file. */
static uint64_t *
place_of(const struct lane_block *b)
{
	return b->about;
}

static bool
take(void *self, const struct lane_block *b, struct err *e)
{
	struct trail *t = self;
	uint64_t end = *place_of(b) + b->n;
	if (!fs_pwrite(t->fd, span_of(b->p, b->n), *place_of(b), e))
		return false;
	if (end >= t->told + BEHIND) {
		fs_write_behind(t->fd, t->told, end - t->told);
		t->told = end;
	}
	t->end = end;
	return true;
}

bool
trail_open(struct trail **out, int fd, uint64_t end, struct arena *a,
	   struct err *e)
{
	struct trail *t = NEW(a, struct trail, 1);
	if (!t)
		return err_full(e, "a writer");
	*out = t;
	t->fd = fd;
	t->end = end;
	struct lane lane = { take, t };
	struct lanes_plan plan = { .lane = &lane,
				   .n = 1,
				   .blocks = BLOCKS,
				   .size = BLOCK,
				   .about = sizeof(uint64_t),
				   .threads = true };
	return lanes_open(&t->lanes, &plan, a, e);
}

static bool
hand_over(struct trail *t, struct err *e)
{
	if (!t->block)
		return true;
	t->block = NULL;
	return lanes_pass(t->lanes, e);
}

/* Makes room for the bytes at offset `at`, in the block being filled or a new
 * one. */
static bool
room(struct trail *t, uint64_t at, struct err *e)
{
	const struct lane_block *b = t->block;
	if (b && (b->n == BLOCK || *place_of(b) + b->n != at) &&
	    !hand_over(t, e))
		return false;
	if (t->block)
		return true;
	if (!lanes_block(t->lanes, &t->block, e))
		return false;
	*place_of(t->block) = at;
	return true;
}

bool
trail_put(struct trail *t, struct span s, uint64_t at, struct err *e)
{
	while (s.n) {
		if (!room(t, at, e))
			return false;
		size_t left = BLOCK - t->block->n;
		size_t n = s.n < left ? s.n : left;
		memcpy(t->block->p + t->block->n, s.p, n);
		t->block->n += n;
		s = span_from(s, n);
		at += n;
	}
	return true;
}

uint64_t
trail_end(const struct trail *t)
{
	return t->end;
}

bool
trail_finish(struct trail *t, struct err *e)
{
	return hand_over(t, e) && lanes_finish(t->lanes, e);
}

void
trail_close(struct trail **t)
{
	if (!*t)
		return;
	lanes_close(&(*t)->lanes);
	*t = NULL;
}
