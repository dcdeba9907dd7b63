#include "net/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/fs.h"

enum { WAIT_MAX = 1024 };

static enum io
io_of(ssize_t n, size_t *done)
{
	*done = n > 0 ? (size_t)n : 0;
	if (n > 0)
		return IO_DONE;
	if (n == 0)
		return IO_END;
	return errno == EAGAIN || errno == EINTR ? IO_AGAIN : IO_FAIL;
}

enum io
sock_read(int fd, void *p, size_t n, size_t *got)
{
	return io_of(read(fd, p, n), got);
}

enum io
sock_write(int fd, const void *p, size_t n, size_t *done)
{
	ssize_t r = send(fd, p, n, MSG_NOSIGNAL);
	if (r < 0 && errno == ENOTSOCK)
		r = write(fd, p, n);
	return io_of(r, done);
}

void
sock_shut_write(int fd)
{
	IGNORE(shutdown(fd, SHUT_WR));
}

bool
sock_pair(int fd[2], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		       fd) == 0)
		return true;
	return err_sys(e, errno, "cannot make a pair of sockets");
}

bool
sock_listen_unix(const char *path, int *out, struct err *e)
{
	DEFER(fd_closep)
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof at.sun_path)
		return err_set(e, ERR_LIMIT,
			       "%s: the path is too long for a socket",
			       show_str(path).s);
	memcpy(at.sun_path, path, strlen(path));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
	    listen(fd, 64) != 0)
		return err_sys(e, errno, "cannot listen on %s",
			       show_str(path).s);
	*out = fd_take(&fd);
	return true;
}

bool
sock_is(int fd)
{
	int type;
	socklen_t n = sizeof type;
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0;
}

bool
sock_connect_unix(const char *path, int *out, struct err *e)
{
	DEFER(fd_closep)
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof at.sun_path)
		return err_set(e, ERR_LIMIT,
			       "%s: the path is too long for a socket",
			       show_str(path).s);
	memcpy(at.sun_path, path, strlen(path));
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
		return err_sys(e, errno, "cannot connect to %s",
			       show_str(path).s);
	*out = fd_take(&fd);
	return true;
}

static struct sockaddr_in
loopback(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return at;
}

static bool
no_listener(uint16_t port, int sys, struct err *e)
{
	err_sys(e, sys, "cannot listen on 127.0.0.1:%u", (unsigned)port);
	if (sys == EACCES)
		return err_hint(e, "use a higher port, for example 8080: only "
				   "root may listen on ports "
				   "below net.ipv4.ip_unprivileged_port_start "
				   "(1024 by default)");
	if (sys == EADDRINUSE)
		return err_hint(e, "another program listens there: use "
				   "another port, or 0 for a free one");
	return false;
}

bool
sock_listen_loopback(uint16_t port, int *out, uint16_t *real, struct err *e)
{
	DEFER(fd_closep)
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_in at = loopback(port);
	socklen_t n = sizeof at;
	int one = 1;
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
	    listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		return no_listener(port, errno, e);
	*real = ntohs(at.sin_port);
	*out = fd_take(&fd);
	return true;
}

bool
sock_connect_loopback(uint16_t port, int *out, struct err *e)
{
	DEFER(fd_closep)
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in at = loopback(port);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		return err_sys(e, errno, "cannot connect to 127.0.0.1:%u",
			       (unsigned)port);
	*out = fd_take(&fd);
	return true;
}

static int
accept_one(int listener, int flags)
{
	struct sockaddr_storage who;
	socklen_t n = sizeof who;
	return accept4(listener, (struct sockaddr *)&who, &n,
		       SOCK_CLOEXEC | flags);
}

int
sock_accept(int listener)
{
	int one = 1, fd = accept_one(listener, SOCK_NONBLOCK);
	if (fd >= 0) /* fails for UNIX sockets, which do not need it */
		IGNORE(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
				  sizeof one));
	return fd;
}

int
sock_accept_blocking(int listener)
{
	return accept_one(listener, 0);
}

static bool
waits_for(const struct wait *w)
{
	return w->fd >= 0 && (w->in || w->out);
}

bool
wait_for(struct wait *w, size_t n, int timeout_ms, struct err *e)
{
	/* Only those that are open: poll refuses more entries than the limit of
	 * open descriptors. */
	struct pollfd f[WAIT_MAX];
	nfds_t open = 0;
	ASSERT(n <= WAIT_MAX);
	for (size_t i = 0; i < n; i++) {
		int want = (w[i].in ? POLLIN : 0) | (w[i].out ? POLLOUT : 0);
		if (waits_for(&w[i]))
			f[open++] = (struct pollfd){ w[i].fd, (short)want, 0 };
	}
	if (poll(f, open, timeout_ms) < 0 && errno != EINTR)
		return err_sys(e, errno, "cannot wait for events");
	open = 0;
	for (size_t i = 0; i < n; i++) {
		short end = POLLHUP | POLLERR | POLLNVAL;
		short got = waits_for(&w[i]) ? f[open++].revents : 0;
		w[i].can_read = w[i].in && (got & (POLLIN | end));
		w[i].can_write = w[i].out && (got & (POLLOUT | end));
	}
	return true;
}
