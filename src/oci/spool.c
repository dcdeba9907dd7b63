#include "oci/spool.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "base/num.h"
#include "crypto/digest.h"
#include "oci/reference.h"
#include "sys/fs.h"

#include <string.h>

enum { PAGE = 4096, BLOCK = 256 * 1024, TAR_HEAD = 512 };

static bool
spool_file(struct image *m, struct err *e)
{
	int fd = -1;
	if (m->spooling)
		return true;
	if (!fs_tmpfile(NULL, &fd, e))
		return err_ctx(e, "making room for what is decompressed");
	if (!image_keep_fd(m, fd, e))
		return false;
	m->spool = fd;
	m->spooling = true;
	return true;
}

bool
spool_open(struct spool *s, struct image *m, struct err *e)
{
	uint64_t start = num_align(m->spool_end, PAGE);
	*s = (struct spool){ .image = m, .start = start, .at = start };
	return spool_file(m, e);
}

static bool
is_zero(struct span s)
{
	return s.n == 0 || (s.p[0] == 0 && memcmp(s.p, s.p + 1, s.n - 1) == 0);
}

bool
spool_write(struct spool *s, struct span bytes, struct err *e)
{
	if (s->budget && !budget_spend(s->budget, bytes.n, e))
		return false;
	while (bytes.n) {
		/* up to the next page, then page by page */
		size_t n = PAGE - (size_t)(s->at % PAGE);
		struct span part = span_sub(bytes, 0, n);
		bool zero = is_zero(part);
		while (!zero && part.n < bytes.n) {
			struct span more = span_sub(bytes, part.n, PAGE);
			if (is_zero(more))
				break;
			part.n += more.n;
		}
		if (!zero && !fs_pwrite(s->image->spool, part, s->at, e))
			return err_ctx(e, "writing to the temporary directory");
		s->at += part.n;
		bytes = span_from(bytes, part.n);
	}
	return true;
}

bool
spool_close(struct spool *s, struct window *out, struct err *e)
{
	struct image *m = s->image;
	*out = (struct window){ m->spool, s->start, s->at - s->start };
	m->spool_end = s->at;
	return fs_resize(m->spool, s->at, e);
}

/* An expected digest, and the one being computed. */
struct digest_check {
	struct digest_id want;
	struct digest have;
	bool on;
};

static void
digest_check_finish(struct digest_check *c)
{
	digest_finish(&c->have);
}

static bool
digest_check_begin(struct digest_check *c, struct span want, struct err *e)
{
	c->on = want.n != 0;
	return !c->on || (digest_id_parse(want, &c->want, e) &&
			  digest_init(&c->have, c->want.kind, e));
}

static bool
digest_check_put(struct digest_check *c, struct span s, struct err *e)
{
	return !c->on || digest_update(&c->have, s, e);
}

static bool
digest_check_end(struct digest_check *c, const char *what, struct err *e)
{
	struct hash h;
	if (!c->on)
		return true;
	if (!digest_final(&c->have, &h, e))
		return false;
	if (hash_equal(hash_span(&h), hash_span(&c->want.hash)))
		return true;
	err_set(e, ERR_INPUT, "%s not %s", what, show(c->want.text).s);
	err_hint(e, "fetch the image again: its bytes were changed");
	return err_id(e, "layer-digest");
}

/* One pass over a window. */
struct pass {
	struct digest_check outer, inner;
	struct spool spool;
	bool unpack;
};

static void
pass_finish(struct pass *p)
{
	digest_check_finish(&p->outer);
	digest_check_finish(&p->inner);
}

static bool
inner(void *self, struct span s, struct err *e)
{
	struct pass *p = self;
	return digest_check_put(&p->inner, s, e) &&
	       (!p->unpack || spool_write(&p->spool, s, e));
}

static bool
run(struct image *m, const struct window *in, struct pass *p, struct unzip *u,
    struct err *e)
{
	static _Thread_local uint8_t block[BLOCK];
	const struct sink k = { inner, p };
	for (uint64_t at = 0; at < in->size;) {
		uint64_t left = in->size - at;
		size_t n = left < BLOCK ? (size_t)left : BLOCK;
		struct span s = span_of(block, n);
		if (!fs_pread(in->fd, block, n, in->offset + at, e) ||
		    !digest_check_put(&p->outer, s, e) ||
		    !unzip_put(u, s, &k, e))
			return false;
		at += n;
		progress_step(m->progress, p->unpack ? "unpacking" : "checking",
			      at, in->size);
	}
	return unzip_end(u, e);
}

bool
spool_unpack(struct image *m, const struct window *in, struct span digest,
	     struct span diff_id, struct window *out, struct err *e)
{
	DEFER(pass_finish) struct pass p = { .unpack = false };
	DEFER(unzip_finish) struct unzip u = { .kind = UNZIP_NONE };
	uint8_t head[8];
	size_t got = in->size < sizeof head ? (size_t)in->size : sizeof head;
	if (!fs_pread(in->fd, head, got, in->offset, e))
		return false;
	enum unzip_kind kind = unzip_guess(span_of(head, got));
	*out = *in;
	p.unpack = kind != UNZIP_NONE;
	if (!p.unpack && !digest.n && !diff_id.n)
		return true;
	budget_input(&m->unpacked, in->size);
	if (!unzip_init(&u, kind, e) ||
	    !digest_check_begin(&p.outer, digest, e) ||
	    !digest_check_begin(&p.inner, diff_id, e) ||
	    (p.unpack && !spool_open(&p.spool, m, e)))
		return false;
	p.spool.budget = &m->unpacked;
	if (!run(m, in, &p, &u, e))
		return false;
	return digest_check_end(&p.outer, "its digest is", e) &&
	       digest_check_end(&p.inner,
				"the digest of its decompressed content is",
				e) &&
	       (!p.unpack || spool_close(&p.spool, out, e));
}

/* Returns true if a tar or compressed data begins like this. */
static bool
is_archive(const uint8_t *p, size_t n)
{
	struct span head = span_of(p, n);
	return tar_guess(span_sub(head, 0, TAR_HEAD)) ||
	       unzip_guess(head) != UNZIP_NONE;
}

bool
spool_stream(struct image *m, int fd, struct window *out, struct err *e)
{
	static _Thread_local uint8_t block[BLOCK];
	struct spool s;
	size_t got = BLOCK;
	if (!spool_open(&s, m, e))
		return false;
	s.budget = &m->stream;
	while (got == BLOCK) {
		if (!fs_read_some(fd, block, BLOCK, &got, e) ||
		    !spool_write(&s, span_of(block, got), e))
			return false;
		if (s.at - s.start == got && !is_archive(block, got))
			break; /* the reader reports the error */
		progress_step(m->progress, "reading", s.at - s.start, 0);
	}
	return spool_close(&s, out, e);
}

/* Leaves a hole. */
static void
spool_skip(struct spool *s, uint64_t n)
{
	s->at += n;
}

static bool
copy(struct spool *s, const struct window *from, uint64_t at, uint64_t left,
     struct err *e)
{
	static _Thread_local uint8_t block[BLOCK];
	while (left) {
		size_t n = left < BLOCK ? (size_t)left : BLOCK;
		if (!fs_pread(from->fd, block, n, from->offset + at, e) ||
		    !spool_write(s, span_of(block, n), e))
			return false;
		at += n;
		left -= n;
	}
	return true;
}

bool
spool_sparse(struct image *m, const struct window *tar,
	     const struct tar_entry *x, struct window *out, struct err *e)
{
	struct spool s;
	uint64_t data = 0;
	for (size_t i = 0; i < x->pieces; i++)
		data += x->piece[i].size; /* at most x->size */
	budget_input(&m->unpacked, data);
	if (!budget_spend(&m->unpacked, x->size, e) || !spool_open(&s, m, e))
		return false;
	for (size_t i = 0; i < x->pieces; i++) {
		const struct tar_piece *p = &x->piece[i];
		spool_skip(&s, p->at - (s.at - s.start));
		if (!copy(&s, tar, p->offset, p->size, e))
			return false;
	}
	spool_skip(&s, x->size - (s.at - s.start));
	return spool_close(&s, out, e);
}
