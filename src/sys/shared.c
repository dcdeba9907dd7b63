#include "sys/shared.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

void
event_send(int fd)
{
	uint64_t one = 1;
	if (fd >= 0)
		IGNORE(write(fd, &one, sizeof one) < 0);
}

void
event_clear(int fd)
{
	uint64_t count;
	IGNORE(read(fd, &count, sizeof count) < 0);
}

bool
map_shared(int fd, uint64_t at, size_t n, void **p, struct err *e)
{
	void *m = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		       (off_t)at);
	if (m == MAP_FAILED)
		return err_sys(e, errno, "cannot map shared memory");
	*p = m;
	return true;
}

void
map_release(void *p, size_t n)
{
	if (p)
		IGNORE(munmap(p, n));
}
