#include "sys/await.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/span.h"
#include "sys/env.h"
#include "sys/fs.h"

enum { TICK_MS = 50 };

static bool
seconds_of(unsigned usual, uint64_t *out, struct err *e)
{
	const char *s = sys_env("VERACLAVE_WAIT");
	*out = usual;
	if (!s ||
	    (num_parse(span_str(s), out) && *out && *out <= WAIT_MOST_SECONDS))
		return true;
	return err_set(e, ERR_USAGE,
		       "VERACLAVE_WAIT is %s, which is not a number of seconds "
		       "from 1 to %d",
		       show_str(s).s, WAIT_MOST_SECONDS);
}

static int
left_ms(uint64_t until_ns)
{
	uint64_t now = sys_monotonic_ns();
	return now < until_ns ? (int)((until_ns - now) / 1000000 + 1) : 0;
}

static uint64_t
until(uint64_t seconds)
{
	return sys_monotonic_ns() + seconds * UINT64_C(1000000000);
}

/* Waits until poll reports an event; returns false if the time is over. */
static bool
poll_until(int fd, uint64_t until_ns)
{
	struct pollfd f = { fd, POLLIN, 0 };
	int n;
	do
		n = poll(&f, 1, left_ms(until_ns));
	while ((n < 0 && errno == EINTR) || (n == 0 && left_ms(until_ns)));
	return n != 0;
}

static bool
nobody(const char *path, uint64_t seconds, const char *does, struct err *e)
{
	err_set(e, ERR_SYS,
		"%s is a FIFO, and no program %s it within %llu seconds",
		show_str(path).s, does, (unsigned long long)seconds);
	err_hint(e, "start the other program first; VERACLAVE_WAIT is the "
		    "number of seconds to wait");
	return err_id(e, "wait-peer");
}

/* open(2) for writing fails with ENXIO until the FIFO has a reader. */
static bool
open_to_reader(const char *path, int flags, int *fd, struct err *e)
{
	uint64_t seconds;
	if (!seconds_of(WAIT_PEER_SECONDS, &seconds, e))
		return false;
	for (uint64_t end = until(seconds); left_ms(end);
	     poll(NULL, 0, TICK_MS)) {
		*fd = open(path, flags | O_NONBLOCK);
		if (*fd >= 0)
			return true;
		if (errno != ENXIO)
			return err_sys(e, errno, "cannot open %s",
				       show_str(path).s);
	}
	return nobody(path, seconds, "reads", e);
}

/* A FIFO that is open for reading may have no writer yet: waits for the first
 * byte or the end. */
static bool
await_writer(const char *path, int fd, struct err *e)
{
	uint64_t seconds;
	if (!seconds_of(WAIT_PEER_SECONDS, &seconds, e))
		return false;
	return poll_until(fd, until(seconds)) ||
	       nobody(path, seconds, "writes", e);
}

static bool
is_fifo(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

bool
wait_open(const char *path, int flags, int *fd, struct err *e)
{
	DEFER(fd_closep) int got = -1;
	struct stat st;
	bool reads = (flags & O_ACCMODE) == O_RDONLY;
	if (!reads && is_fifo(path)) {
		if (!open_to_reader(path, flags, &got, e))
			return false;
	} else {
		got = open(path, flags | (reads ? O_NONBLOCK : 0));
	}
	/* another process has a lease on the file; the kernel breaks it */
	if (got < 0 && errno == EWOULDBLOCK)
		got = open(path, flags);
	if (got < 0)
		return err_sys(e, errno, "cannot open %s", show_str(path).s);
	if (reads && fstat(got, &st) == 0 && S_ISFIFO(st.st_mode) &&
	    !await_writer(path, got, e))
		return false;
	if (!(flags & O_NONBLOCK))
		fcntl(got, F_SETFL, fcntl(got, F_GETFL) & ~O_NONBLOCK);
	*fd = fd_take(&got);
	return true;
}

bool
wait_readable(int fd, struct err *e)
{
	struct stat st;
	uint64_t seconds;
	if (fstat(fd, &st) != 0 ||
	    (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode)))
		return true;
	if (!seconds_of(WAIT_IDLE_SECONDS, &seconds, e))
		return false;
	if (poll_until(fd, until(seconds)))
		return true;
	err_set(e, ERR_SYS, "no data came for %llu seconds",
		(unsigned long long)seconds);
	err_hint(e, "check the program that writes to it; "
		    "VERACLAVE_WAIT is the number of seconds to wait");
	return err_id(e, "wait-idle");
}
