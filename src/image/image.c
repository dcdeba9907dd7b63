#include "image/image.h"

#include "sys/env.h"
#include "sys/fs.h"

bool
image_init(struct image *m, struct arena *a, struct notes *n,
	   const struct progress *p, struct err *e)
{
	uint64_t seed[2];
	*m = (struct image){ .arena = a, .notes = n, .progress = p };
	if (!sys_random(seed, sizeof seed, e))
		return false;
	tree_init(&m->tree, a, seed);
	return true;
}

bool
image_keep_fd(struct image *m, int fd, struct err *e)
{
	if (m->fd_count < IMAGE_FDS_MAX) {
		m->fds[m->fd_count++] = fd;
		return true;
	}
	fd_close(fd);
	return err_full(e, "the list of an image's files");
}

void
image_finish(struct image *m)
{
	for (size_t i = 0; i < m->fd_count; i++)
		fd_close(m->fds[i]);
	m->fd_count = 0;
}
