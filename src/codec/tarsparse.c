/*
 * Sparse files in tar, as GNU tar writes them ("Storing Sparse Files" in its
 * manual): see codec/tarparts.h.
 */
#include <string.h>

#include "base/num.h"
#include "codec/tarparts.h"

static bool
grow(struct tar_ext *x, struct err *e)
{
	struct tar_pieces *p = &x->pieces;
	size_t cap = p->cap ? p->cap * 2 : 8;
	if (p->n >= LIMIT_SPARSE)
		return err_set(e, ERR_LIMIT,
			       "a sparse file has more than %zu parts",
			       LIMIT_SPARSE);
	struct tar_piece *v = NEW(x->arena, struct tar_piece, cap);
	if (!v)
		return err_full(e, "the parts of a sparse file");
	if (p->n)
		memcpy(v, p->v, p->n * sizeof *v);
	p->v = v;
	p->cap = cap;
	return true;
}

bool
tar_piece_add(struct tar_ext *x, uint64_t at, uint64_t size, struct err *e)
{
	struct tar_pieces *p = &x->pieces;
	if (size == 0)
		return true;
	if (p->n == p->cap && !grow(x, e))
		return false;
	p->v[p->n++] = (struct tar_piece){ .at = at, .size = size };
	return true;
}

bool
tar_piece_table(struct tar_ext *x, struct span table, struct err *e)
{
	int64_t at, size;
	for (; table.n >= 24; table = span_from(table, 24)) {
		if (table.p[12] == 0)
			break; /* an unused row: the last one was before */
		if (!tar_number(span_sub(table, 0, 12), &at) ||
		    !tar_number(span_sub(table, 12, 12), &size) || at < 0 ||
		    size < 0)
			return tar_refuse(e, "tar-sparse",
					  "the map of a sparse file has a "
					  "number that is none");
		if (!tar_piece_add(x, (uint64_t)at, (uint64_t)size, e))
			return false;
	}
	return true;
}

/* The lines of numbers in front of the data of a pax 1.0 sparse file. */
struct lines {
	const struct blob *blob;
	uint64_t at, left;
	uint8_t block[TAR_BLOCK];
	size_t used; /* of the block; TAR_BLOCK: take the next one */
};

static bool
next_byte(struct lines *l, uint8_t *c, struct err *e)
{
	if (l->used == TAR_BLOCK) {
		if (l->left < TAR_BLOCK)
			return tar_refuse(e, "tar-sparse",
					  "the map of a sparse file ends "
					  "early");
		if (!blob_read(l->blob, l->block, TAR_BLOCK, l->at, e))
			return false;
		l->at += TAR_BLOCK;
		l->left -= TAR_BLOCK;
		l->used = 0;
	}
	*c = l->block[l->used++];
	return true;
}

static bool
next_number(struct lines *l, uint64_t *out, struct err *e)
{
	uint8_t digits[20];
	size_t n = 0;
	for (;;) {
		uint8_t c = 0;
		if (!next_byte(l, &c, e))
			return false;
		if (c == '\n')
			break;
		if (n < sizeof digits)
			digits[n] = c;
		n++;
		if (n > sizeof digits)
			break;
	}
	if (n <= sizeof digits && num_parse(span_of(digits, n), out))
		return true;
	return tar_refuse(e, "tar-sparse",
			  "the map of a sparse file has a number that is none");
}

bool
tar_piece_data(struct tar_ext *x, const struct blob *b, uint64_t *at,
	       uint64_t *left, struct err *e)
{
	struct lines l = {
		.blob = b, .at = *at, .left = *left, .used = TAR_BLOCK
	};
	uint64_t count, place, size;
	if (!next_number(&l, &count, e))
		return false;
	if (count > LIMIT_SPARSE)
		return err_set(e, ERR_LIMIT,
			       "a sparse file has more than %zu parts",
			       LIMIT_SPARSE);
	for (; count; count--)
		if (!next_number(&l, &place, e) || !next_number(&l, &size, e) ||
		    !tar_piece_add(x, place, size, e))
			return false;
	*at = l.at;
	*left = l.left;
	return true;
}

bool
tar_piece_place(struct tar_ext *x, uint64_t at, uint64_t stored, uint64_t real,
		struct err *e)
{
	uint64_t end = 0, sum = 0, stop;
	for (size_t i = 0; i < x->pieces.n; i++) {
		struct tar_piece *p = &x->pieces.v[i];
		if (p->at < end || !num_add64(p->at, p->size, &stop) ||
		    stop > real)
			return tar_refuse(e, "tar-sparse",
					  "the parts of a sparse file overlap, "
					  "are out of order or outside of it");
		/* GNU tar begins each part in a block of its own, others go
		 * on where the last one ended: the same for whole blocks */
		if (i + 1 < x->pieces.n && p->size % TAR_BLOCK)
			return tar_refuse(e, "tar-sparse",
					  "a part of a sparse file that is not "
					  "its last has a broken block");
		p->offset = at + sum;
		sum += p->size; /* at most `real` */
		end = stop;
	}
	if (sum == stored)
		return true;
	return tar_refuse(e, "tar-sparse",
			  "the parts of a sparse file are not what the archive "
			  "stores of it");
}
