#include "run/gmem.h"

#include "base/limits.h"
#include "base/num.h"
#include "sys/shared.h"

enum { PAGE = 4096 };

static uint8_t *
inside(const struct gmem_region *r, uint64_t start, uint64_t at, uint64_t n)
{
	if (at < start || n > r->size || at - start > r->size - n)
		return NULL;
	return r->p + (at - start);
}

uint8_t *
gmem_guest(const struct gmem *m, uint64_t at, uint64_t n)
{
	uint8_t *p = NULL;
	for (size_t i = 0; i < m->n && !p; i++)
		p = inside(&m->region[i], m->region[i].guest, at, n);
	return p;
}

uint8_t *
gmem_user(const struct gmem *m, uint64_t at, uint64_t n)
{
	uint8_t *p = NULL;
	for (size_t i = 0; i < m->n && !p; i++)
		p = inside(&m->region[i], m->region[i].user, at, n);
	return p;
}

bool
gmem_map(struct gmem *m, struct gmem_region r, int fd, uint64_t offset,
	 struct err *e)
{
	uint64_t lead = offset % PAGE, bytes, end;
	if (m->n == GMEM_REGIONS)
		return err_set(e, ERR_LIMIT, "too many regions of memory");
	if (!num_add64(r.size, lead, &bytes) || bytes > 1024 * GIB ||
	    !num_add64(r.guest, r.size, &end) ||
	    !num_add64(r.user, r.size, &end) || r.size == 0)
		return err_set(e, ERR_INPUT, "a region of memory is malformed");
	if (!map_shared(fd, offset - lead, (size_t)bytes, &r.map, e))
		return false;
	r.map_n = (size_t)bytes;
	r.p = (uint8_t *)r.map + lead;
	m->region[m->n++] = r;
	return true;
}

void
gmem_clear(struct gmem *m)
{
	for (size_t i = 0; i < m->n; i++)
		map_release(m->region[i].map, m->region[i].map_n);
	*m = (struct gmem){ 0 };
}
