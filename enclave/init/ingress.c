#include "ingress.h"

#include "msg.h"
#include "sys.h"
#include "vsock.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/time_types.h>

#ifndef O_NONBLOCK
#include <asm/fcntl.h>
#endif

#define SIGNAL_CHILD     17
#define LIMIT_OPEN_FILES 7
#define INTERNET         2 /* AF_INET */
#define STREAM_QUIET     (1 | O_NONBLOCK | O_CLOEXEC)
#define LEVEL_SOCKET     1
#define LEVEL_TCP        6
#define SOCKET_ERROR     4
#define TCP_NO_DELAY     1
#define NO_SIGNAL        0x4000 /* MSG_NOSIGNAL */
#define END_OF_WRITING   1      /* SHUT_WR */
/* No image uses this user id, so neither side can signal the other. */
#define A_USER_OF_ITS_OWN 2000000000

enum {
	CONNECTIONS_MAX = 256,
	BUFFER = 16 << 10,
	QUEUE = 128,
	LOOK_MS = 100, /* between checks whether the server listens */
};

/* As in <linux/in.h>, which requires a C library. */
struct internet_address {
	uint16_t family;
	uint8_t port[2], host[4], zero[8];
};

/* One direction: bytes that were read from one end and not yet written to the
 * other. `ended`: no more will be read; `passed_on`: the other end has been
 * shut down for writing. */
struct flow {
	size_t at, n;
	bool ended, passed_on;
	char bytes[BUFFER];
};

/* The ends are 0, vsock, and 1, TCP; flow i is read from end i. */
struct connection {
	bool used, connecting;
	int end[2];
	struct flow flow[2];
};

static struct connection connections[CONNECTIONS_MAX];

static struct {
	uint32_t port;
	int fd;
	bool open;
} doors[PROCESS_PORTS_MAX];
static size_t doors_n, used_n;

static void
hang_up(struct connection *c)
{
	SYS1(close, c->end[0]);
	SYS1(close, c->end[1]);
	c->used = false;
	used_n--;
}

/* Begins a connection to 127.0.0.1; returns a negative errno if that fails at
 * once. */
static long
call_server(uint32_t port, bool *connecting)
{
	struct internet_address to = {
		.family = INTERNET,
		.port = { (uint8_t)(port >> 8), (uint8_t)port },
		.host = { 127, 0, 0, 1 },
	};
	int one = 1;
	long fd = SYS3(socket, INTERNET, STREAM_QUIET, 0);
	long ret;

	if (fd < 0)
		return fd;
	SYS5(setsockopt, fd, LEVEL_TCP, TCP_NO_DELAY, &one, sizeof(one));
	ret = SYS3(connect, fd, &to, sizeof(to));
	*connecting = ret == -EINPROGRESS;
	if (ret >= 0 || *connecting)
		return fd;
	SYS1(close, fd);
	return ret;
}

static void
take_call(size_t door)
{
	long from = SYS4(accept4, doors[door].fd, 0, 0, O_NONBLOCK | O_CLOEXEC);
	struct connection *c = connections;
	bool connecting = false;
	long to;

	if (from < 0)
		return; /* the client has already disconnected */
	to = call_server(doors[door].port, &connecting);
	if (to < 0) {
		SYS1(close, from);
		return;
	}
	while (c->used)
		c++; /* connections are accepted only while one is free */
	c->used = true;
	c->connecting = connecting;
	c->end[0] = (int)from;
	c->end[1] = (int)to;
	for (int i = 0; i < 2; i++) {
		struct flow *f = &c->flow[i];

		f->at = f->n = 0;
		f->ended = f->passed_on = false;
	}
	used_n++;
}

static bool
again(long ret)
{
	return ret == -EAGAIN || ret == -EINTR;
}

/* Moves bytes from end i to the other; returns false on an error. */
static bool
move(struct connection *c, int i)
{
	struct flow *f = &c->flow[i];
	long ret;

	if (!f->n && !f->ended) {
		ret = SYS3(read, c->end[i], f->bytes, BUFFER);
		if (ret < 0)
			return again(ret);
		f->at = 0;
		f->n = (size_t)ret;
		f->ended = !ret;
	}
	while (f->n) {
		ret = SYS6(sendto, c->end[!i], f->bytes + f->at, f->n,
			   NO_SIGNAL, 0, 0);
		if (ret < 0)
			return again(ret);
		f->at += (size_t)ret;
		f->n -= (size_t)ret;
	}
	if (f->ended && !f->passed_on) {
		f->passed_on = true;
		SYS2(shutdown, c->end[!i], END_OF_WRITING);
	}
	return true;
}

/* Whether the server accepted the connection that was begun. */
static bool
finish_call(struct connection *c)
{
	int err = 0, n = sizeof(err);

	SYS5(getsockopt, c->end[1], LEVEL_SOCKET, SOCKET_ERROR, &err, &n);
	c->connecting = false;
	return !err;
}

static void
serve(struct connection *c, short vsock, short tcp)
{
	bool ok = !c->connecting || !tcp || finish_call(c);

	if (ok && !c->connecting)
		ok = move(c, 0) && move(c, 1) &&
		     !(c->flow[0].passed_on && c->flow[1].passed_on);
	/* neither end can be read or written any more */
	if (!ok || (vsock & POLLERR) || (tcp & POLLERR))
		hang_up(c);
}

/* Returns the events to poll for on end i of a connection. Poll always reports
 * an end that has hung up, so such an end is left out unless an event is
 * needed. */
static struct pollfd
watch(const struct connection *c, int i)
{
	const struct flow *from = &c->flow[i], *to = &c->flow[!i];
	struct pollfd p = { .fd = c->end[i] };

	if (c->connecting)
		p.events = i ? POLLOUT : 0;
	else
		p.events = (short)((from->n || from->ended ? 0 : POLLIN) |
				   (to->n ? POLLOUT : 0));
	if (!p.events)
		p.fd = -1;
	return p;
}

static bool
is_listening(const char *table, uint32_t port)
{
	static char text[64 << 10];
	long fd = SYS4(openat, AT_FDCWD, table, O_RDONLY | O_CLOEXEC, 0);
	bool found = false;
	size_t n = 0;
	long got;

	while (fd >= 0 && n < sizeof(text) &&
	       (got = SYS3(read, fd, text + n, sizeof(text) - n)) > 0)
		n += (size_t)got;
	if (fd >= 0)
		SYS1(close, fd);
	for (size_t at = 0; at < n && !found;) {
		size_t end = at;

		while (end < n && text[end] != '\n')
			end++;
		found = spec_listens(text + at, end - at, port);
		at = end + 1;
	}
	return found;
}

static void
open_door(size_t i)
{
	struct digits d = { 0 };
	const char *port = msg_number(&d, doors[i].port);

	SYS2(listen, doors[i].fd, QUEUE);
	doors[i].open = true;
	SAY("vsock port ", port, " leads to 127.0.0.1:", port);
}

/* Opens the vsock ports on whose TCP port a server listens; returns true when
 * all are open. */
static bool
open_doors(void)
{
	bool all = true;

	for (size_t i = 0; i < doors_n; i++) {
		if (doors[i].open)
			continue;
		if (is_listening("/proc/net/tcp", doors[i].port) ||
		    is_listening("/proc/net/tcp6", doors[i].port)) {
			open_door(i);
		}
		all &= doors[i].open;
	}
	return all;
}

_Noreturn static void
forward(void)
{
	static struct pollfd poll[PROCESS_PORTS_MAX + 2 * CONNECTIONS_MAX];
	static size_t whose[CONNECTIONS_MAX];

	for (;;) {
		bool all = open_doors();
		struct __kernel_timespec wait = { 0, LOOK_MS * 1000000LL };
		bool room = used_n < CONNECTIONS_MAX;
		size_t n = doors_n, k = 0;

		for (size_t i = 0; i < doors_n; i++)
			poll[i] = (struct pollfd){
				.fd = room && doors[i].open ? doors[i].fd : -1,
				.events = POLLIN,
			};
		for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
			if (!connections[i].used)
				continue;
			whose[k++] = i;
			poll[n++] = watch(&connections[i], 0);
			poll[n++] = watch(&connections[i], 1);
		}
		if (SYS5(ppoll, poll, n, all ? 0 : &wait, 0, 0) <= 0)
			continue;
		for (size_t i = 0; i < k; i++) {
			const struct pollfd *p = &poll[doors_n + 2 * i];

			if (p[0].revents || p[1].revents)
				serve(&connections[whose[i]], p[0].revents,
				      p[1].revents);
		}
		for (size_t i = 0; i < doors_n; i++)
			if (poll[i].revents && used_n < CONNECTIONS_MAX)
				take_call(i);
	}
}

static bool
open_port(const struct process *p, size_t i)
{
	struct vsock_address here = {
		.family = VSOCK_FAMILY,
		.port = p->ports[i],
		.cid = VSOCK_ANY,
	};
	struct digits d = { 0 };
	long fd = SYS3(socket, VSOCK_FAMILY, STREAM_QUIET, 0);
	long ret = fd;

	if (fd == -EAFNOSUPPORT) {
		SAY("this kernel has no vsock, so no port is led on");
		return false;
	}
	if (fd >= 0)
		ret = SYS3(bind, fd, &here, sizeof(here));
	if (ret < 0)
		DIE_ERR(ret, "ingress: cannot have vsock port ",
			msg_number(&d, p->ports[i]));
	doors[i].fd = (int)fd;
	doors[i].port = p->ports[i];
	return true;
}

/* From here on this process needs nothing but its sockets. */
static long
give_up_rights(void)
{
	long ret = SYS5(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	if (ret >= 0)
		ret = SYS2(setgroups, 0, 0);
	if (ret >= 0)
		ret = SYS1(setgid, A_USER_OF_ITS_OWN);
	if (ret >= 0)
		ret = SYS1(setuid, A_USER_OF_ITS_OWN);
	return ret;
}

long
ingress_start(const struct process *p)
{
	struct rlimit64 files = { .rlim_cur = 1024, .rlim_max = 1024 };
	long pid, ret;

	for (size_t i = 0; i < p->ports_n; i++)
		if (!open_port(p, i))
			return 0;
	if (!p->ports_n)
		return 0;
	doors_n = p->ports_n;
	pid = SYS5(clone, SIGNAL_CHILD, 0, 0, 0, 0);
	if (pid < 0)
		DIE_ERR(pid, "ingress: cannot start a process");
	for (size_t i = 0; pid && i < doors_n; i++)
		SYS1(close, doors[i].fd);
	if (pid)
		return pid;
	SYS4(prlimit64, 0, LIMIT_OPEN_FILES, &files, 0);
	ret = give_up_rights();
	if (ret >= 0)
		forward();
	SAY_ERR(ret, "ingress: cannot give up its rights");
	return SYS1(exit_group, 1);
}
