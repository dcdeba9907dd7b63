#include "tree/image.h"

#include "sys/env.h"
#include "sys/fs.h"

const char *const image_modes_names[] = {
	[IMAGE_MODES_GIT] = "git",
	[IMAGE_MODES_KEEP] = "keep",
	[IMAGE_MODES_KEEP + 1] = NULL,
};

bool
image_init(struct image *m, struct arena *a, struct notes *n,
	   const struct progress *p, struct err *e)
{
	uint64_t seed[2];
	*m = (struct image){ .arena = a, .notes = n, .progress = p };
	if (!sys_random(seed, sizeof seed, e))
		return false;
	tree_init(&m->tree, a, seed);
	m->unpacked = (struct budget){ .least = LIMIT_UNPACKED,
				       .factor = LIMIT_UNPACKED_FACTOR,
				       .what = "what is unpacked",
				       .flag = "--max-unpacked SIZE",
				       .bytes = true };
	m->stream = (struct budget){ .least = LIMIT_STREAM,
				     .what = "what comes through the pipe",
				     .flag = "--max-unpacked SIZE",
				     .bytes = true };
	m->walk = (struct budget){ .least = LIMIT_WALK,
				   .factor = LIMIT_WALK_FACTOR,
				   .what = "following symbolic links" };
	m->tree.walk = &m->walk;
	return true;
}

void
image_allow(struct image *m, uint64_t max_unpacked)
{
	budget_fix(&m->unpacked, max_unpacked);
	budget_fix(&m->stream, max_unpacked);
}

bool
image_entry(struct image *m, struct err *e)
{
	budget_input(&m->walk, 1);
	return ++m->entries <= LIMIT_ENTRIES ||
	       err_set(e, ERR_LIMIT, "the source has more than %zu entries",
		       LIMIT_ENTRIES);
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
