#include "sys/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "sys/fs.h"

enum { FDS_MAX = 16 };

/* Adds the descriptors of one message; closes those above max. */
static void
collect(struct msghdr *m, int *fds, size_t max, size_t *n)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	for (; c; c = CMSG_NXTHDR(m, c)) {
		int one[FDS_MAX];
		size_t k = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		ASSERT(k <= FDS_MAX);
		memcpy(one, CMSG_DATA(c), k * sizeof(int));
		for (size_t i = 0; i < k; i++) {
			if (*n < max)
				fds[(*n)++] = one[i];
			else
				fd_close(one[i]);
		}
	}
}

bool
stream_take(int fd, void *p, size_t n, int *fds, size_t max, size_t *fds_n)
{
	uint8_t *at = p;
	*fds_n = 0;
	while (n) {
		_Alignas(struct cmsghdr) char
			room[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct iovec v = { at, n };
		struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
		m.msg_control = room;
		m.msg_controllen = sizeof room;
		ssize_t r = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		collect(&m, fds, max, fds_n);
		at += r;
		n -= (size_t)r;
	}
	return true;
}

bool
stream_give(int fd, const void *p, size_t n)
{
	const uint8_t *at = p;
	while (n) {
		ssize_t r = send(fd, at, n, MSG_NOSIGNAL);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		at += r;
		n -= (size_t)r;
	}
	return true;
}
