#include "base/blob.h"

#include <string.h>

static bool
read_span(void *self, void *p, size_t n, uint64_t at, size_t *got,
	  struct err *e)
{
	const struct span *s = self;
	(void)e;
	if (at > s->n)
		at = s->n;
	*got = n < s->n - (size_t)at ? n : s->n - (size_t)at;
	if (*got)
		memcpy(p, s->p + at, *got);
	return true;
}

struct blob
blob_of(struct span *s)
{
	return (struct blob){ .read = read_span, .self = s, .size = s->n };
}

struct blob
blob_part(const struct blob *b, uint64_t at, uint64_t n)
{
	struct blob part = *b;
	if (at > b->size)
		at = b->size;
	if (n > b->size - at)
		n = b->size - at;
	part.base += at;
	part.size = n;
	return part;
}

bool
blob_read_some(const struct blob *b, void *p, size_t n, uint64_t at,
	       size_t *got, struct err *e)
{
	*got = 0;
	if (at >= b->size)
		return true;
	if (n > b->size - at)
		n = (size_t)(b->size - at);
	return b->read(b->self, p, n, b->base + at, got, e);
}

bool
blob_read(const struct blob *b, void *p, size_t n, uint64_t at, struct err *e)
{
	size_t got;
	if (!blob_read_some(b, p, n, at, &got, e))
		return false;
	if (got == n)
		return true;
	return err_set(e, ERR_INPUT,
		       "it ends early: %zu bytes wanted at offset %llu, %zu "
		       "there",
		       n, (unsigned long long)at, got);
}
