#include "sys/env.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

int64_t
sys_now(void)
{
	struct timespec ts = { 0 };
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

uint64_t
sys_monotonic_ns(void)
{
	struct timespec ts = { 0 };
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

bool
sys_random(void *p, size_t n, struct err *e)
{
	uint8_t *to = p;
	while (n) {
		ssize_t got = getrandom(to, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, errno, "no randomness");
		to += got;
		n -= (size_t)got;
	}
	return true;
}

const char *
sys_env(const char *name)
{
	const char *v = getenv(name);
	return v && *v ? v : NULL;
}

bool
sys_is_terminal(int fd)
{
	return isatty(fd) == 1;
}

unsigned
sys_terminal_width(int fd)
{
	struct winsize w = { 0 };
	if (ioctl(fd, TIOCGWINSZ, &w) != 0 || w.ws_col == 0)
		return 80;
	return w.ws_col;
}

bool
sys_is_root(void)
{
	return geteuid() == 0;
}

const char *
sys_machine(void)
{
	static struct utsname u;
	return uname(&u) == 0 ? u.machine : "unknown";
}
