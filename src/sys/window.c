#include "sys/window.h"

#include "sys/fs.h"

static bool
read_window(void *self, void *p, size_t n, uint64_t at, size_t *got,
	    struct err *e)
{
	const struct window *w = self;
	*got = 0;
	if (at >= w->size)
		return true;
	if (n > w->size - at)
		n = (size_t)(w->size - at);
	return fs_pread_some(w->fd, p, n, w->offset + at, got, e);
}

struct blob
window_blob(struct window *w)
{
	return (struct blob){ .read = read_window, .self = w, .size = w->size };
}
