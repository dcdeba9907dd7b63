/* System calls on sockets that fail, one after the other: each failure is
 * reported, and no descriptor is left open. */
#include "base/test.h"

#include <dirent.h>
#include <errno.h>

#include "base/fault_kit.h"
#include "net/sock.h"
#include "sys/fs.h"

/* Counts the open descriptors of this process. */
static unsigned
descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;
	ASSERT(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static bool
connect_both(const char *path, struct err *e)
{
	DEFER(fd_closep) int listener = -1;
	DEFER(fd_closep) int local = -1;
	DEFER(fd_closep) int near = -1;
	DEFER(fd_closep) int far = -1;
	uint16_t port;
	return sock_listen_unix(path, &local, e) &&
	       sock_connect_unix(path, &near, e) &&
	       sock_listen_loopback(0, &listener, &port, e) &&
	       sock_connect_loopback(port, &far, e);
}

TEST(fault_sockets)
{
	const char *dir = test_dir(t);
	unsigned failed = 0, open_before = descriptors();
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct err e = { 0 };
		const char *path = arena_fmt(&t->arena, "%s/%u", dir, n);
		fault_begin(NULL, n, ENOBUFS);
		bool ok = connect_both(path, &e);
		hit = fault_end() >= n;
		CHECK(t, ok == !hit);
		if (!ok)
			CHECK(t, e.msg[0] && e.code == ERR_SYS);
		failed += !ok;
		CHECK_U(t, descriptors(), open_before);
	}
	CHECK(t, failed >= 8);
}
