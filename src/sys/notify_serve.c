/* Answers to the system calls that the filter reports. */
#include "sys/notify_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/stat.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys/env.h"

#ifndef SECCOMP_ADDFD_FLAG_SEND
#define SECCOMP_ADDFD_FLAG_SEND (1UL << 1)
#endif

/* Everybody may use the device. */
enum { TURNS = 64, DEVICE_MODE = S_IFCHR | 0666 };

struct raw {
	uint64_t req, req_n, res, res_n;
};

static bool
peek(const struct seccomp_notif *q, uint64_t at, void *p, size_t n)
{
	struct iovec here = { p, n }, there = { (void *)(uintptr_t)at, n };
	return n == 0 || process_vm_readv((pid_t)q->pid, &here, 1, &there, 1,
					  0) == (ssize_t)n;
}

static bool
poke(const struct seccomp_notif *q, uint64_t at, const void *p, size_t n)
{
	struct iovec here = { (void *)(uintptr_t)p, n },
		     there = { (void *)(uintptr_t)at, n };
	return n == 0 || process_vm_writev((pid_t)q->pid, &here, 1, &there, 1,
					   0) == (ssize_t)n;
}

/* Whether the call is still in progress. If it is, the data that we read
 * through its process id came from the caller and not from a later process with
 * that id. */
static bool
alive(const struct notify *n, const struct seccomp_notif *q)
{
	return ioctl(n->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &q->id) == 0;
}

/* ENOENT: the caller has died in the meantime. */
static void
answer(const struct notify *n, const struct seccomp_notif *q, int error)
{
	struct seccomp_notif_resp r = { .id = q->id, .error = -error };
	IGNORE(ioctl(n->listener, SECCOMP_IOCTL_NOTIF_SEND, &r));
}

static void
let_go(const struct notify *n, const struct seccomp_notif *q)
{
	struct seccomp_notif_resp r = {
		.id = q->id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE
	};
	IGNORE(ioctl(n->listener, SECCOMP_IOCTL_NOTIF_SEND, &r));
}

/* Whether the argument points to the device's path. */
static bool
is_path(const struct notify *n, const struct seccomp_notif *q, unsigned arg)
{
	char text[64];
	size_t len = strlen(n->plan.path) + 1;
	ASSERT(len <= sizeof text);
	return peek(q, q->data.args[arg], text, len) &&
	       memcmp(text, n->plan.path, len) == 0;
}

static void
give_descriptor(const struct notify *n, const struct seccomp_notif *q,
		uint64_t flags)
{
	struct seccomp_notif_addfd add = {
		.id = q->id,
		.flags = SECCOMP_ADDFD_FLAG_SEND,
		.srcfd = (uint32_t)n->device,
		.newfd_flags = flags & O_CLOEXEC ? O_CLOEXEC : 0,
	};
	if (flags & O_DIRECTORY) {
		answer(n, q, ENOTDIR);
		return;
	}
	if ((flags & O_CREAT) && (flags & O_EXCL)) {
		answer(n, q, EEXIST);
		return;
	}
	int fd = ioctl(n->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	if (fd >= 0)
		return;
	if (errno == EINVAL) { /* before Linux 5.14: in two steps */
		add.flags = 0;
		fd = ioctl(n->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
	}
	if (fd < 0) {
		answer(n, q, errno == EMFILE ? EMFILE : EIO);
		return;
	}
	struct seccomp_notif_resp r = { .id = q->id, .val = fd };
	IGNORE(ioctl(n->listener, SECCOMP_IOCTL_NOTIF_SEND, &r));
}

static void
on_open(const struct notify *n, const struct seccomp_notif *q)
{
	unsigned path = 1;
#ifdef SYS_open
	path = q->data.nr == SYS_open ? 0 : 1;
#endif
	uint64_t flags = q->data.args[path + 1];
	if (!is_path(n, q, path)) {
		let_go(n, q);
		return;
	}
	/* openat2 has a struct whose first field contains the flags. */
	if (q->data.nr == SYS_openat2 && !peek(q, flags, &flags, sizeof flags))
		answer(n, q, EFAULT);
	else
		give_descriptor(n, q, flags);
}

static void
on_access(const struct notify *n, const struct seccomp_notif *q)
{
	unsigned path = 1;
#ifdef SYS_access
	path = q->data.nr == SYS_access ? 0 : 1;
#endif
	uint64_t mode = q->data.args[path + 1];
	if (!is_path(n, q, path))
		let_go(n, q);
	else
		answer(n, q, mode & X_OK ? EACCES : 0);
}

static void
on_stat(const struct notify *n, const struct seccomp_notif *q)
{
	unsigned path = q->data.nr == SYS_newfstatat ? 1 : 0;
	struct stat st;
	if (!is_path(n, q, path) || fstat(n->device, &st) != 0) {
		let_go(n, q);
		return;
	}
	st.st_mode = DEVICE_MODE;
	st.st_rdev = makedev(n->plan.major, n->plan.minor);
	st.st_nlink = 1;
	bool ok =
		alive(n, q) && poke(q, q->data.args[path + 1], &st, sizeof st);
	answer(n, q, ok ? 0 : EFAULT);
}

static void
on_statx(const struct notify *n, const struct seccomp_notif *q)
{
	struct statx st = { .stx_mask = STATX_BASIC_STATS,
			    .stx_blksize = 4096,
			    .stx_nlink = 1,
			    .stx_mode = DEVICE_MODE,
			    .stx_ino = 1,
			    .stx_rdev_major = n->plan.major,
			    .stx_rdev_minor = n->plan.minor };
	if (!is_path(n, q, 1)) {
		let_go(n, q);
		return;
	}
	bool ok = alive(n, q) && poke(q, q->data.args[4], &st, sizeof st);
	answer(n, q, ok ? 0 : EFAULT);
}

/* Whether the caller's descriptor is one of ours. */
static bool
is_device(const struct notify *n, const struct seccomp_notif *q, uint64_t fd)
{
	char path[64];
	struct stat a, b;
	if (!n->memory)
		return syscall(SYS_kcmp, n->self, q->pid, KCMP_FILE, n->device,
			       fd) == 0;
	snprintf(path, sizeof path, "/proc/%u/fd/%d", q->pid, (int)fd);
	return stat(path, &a) == 0 && fstat(n->device, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Works in the driver's order: sizes, request, answer, its size, response,
 * length. *ok is false if there is no answer at all. */
static int
talk(struct notify *n, const struct seccomp_notif *q, bool *ok, struct err *e)
{
	DEFER(buf_free) struct buf in = buf_max(NOTIFY_ANSWER);
	DEFER(buf_free) struct buf out = buf_max(NOTIFY_ANSWER);
	struct raw raw;
	*ok = true;
	if (!peek(q, q->data.args[2], &raw, sizeof raw))
		return EFAULT;
	if (raw.req_n > n->plan.request_max)
		return EMSGSIZE;
	buf_zero(&in, (size_t)raw.req_n);
	if (in.failed || !peek(q, raw.req, in.p, in.n))
		return EFAULT;
	if (!alive(n, q)) /* before anything changes */
		return EINTR;
	*ok = n->plan.answer(n->plan.self, buf_view(&in), &out, e);
	if (!*ok)
		return EIO;
	if (out.n > raw.res_n)
		return EMSGSIZE;
	raw.res_n = out.n;
	if (!alive(n, q))
		return EINTR;
	if (!poke(q, raw.res, out.p, out.n) ||
	    !poke(q, q->data.args[2], &raw, sizeof raw))
		return EFAULT;
	return 0;
}

static bool
finish_ioctl(struct notify *n, const struct seccomp_notif *q, struct err *e)
{
	bool ok;
	int error = talk(n, q, &ok, e);
	answer(n, q, error);
	return ok;
}

static bool
on_ioctl(struct notify *n, const struct seccomp_notif *q, struct err *e)
{
	uint64_t delay_ns = n->plan.delay_ms * 1000000;
	if (!is_device(n, q, q->data.args[0])) {
		let_go(n, q);
		return true;
	}
	if (!delay_ns || n->waits == NOTIFY_WAITING)
		return finish_ioctl(n, q, e);
	n->waiting[n->waits++] =
		(struct waiting){ *q, sys_monotonic_ns() + delay_ns };
	return true;
}

static const struct {
	int nr;
	void (*serve)(const struct notify *n, const struct seccomp_notif *q);
} table[] = {
	{ SYS_openat, on_open },      { SYS_openat2, on_open },
	{ SYS_faccessat, on_access }, { SYS_faccessat2, on_access },
	{ SYS_newfstatat, on_stat },  { SYS_statx, on_statx },
#ifdef SYS_open
	{ SYS_open, on_open },        { SYS_access, on_access },
	{ SYS_stat, on_stat },        { SYS_lstat, on_stat },
#endif
};

static bool
serve(struct notify *n, const struct seccomp_notif *q, struct err *e)
{
	if (q->data.nr == SYS_ioctl)
		return on_ioctl(n, q, e);
	for (size_t i = 0; i < COUNT(table); i++)
		if (table[i].nr == q->data.nr) {
			table[i].serve(n, q);
			return true;
		}
	let_go(n, q);
	return true;
}

/* Answers the calls whose delay is over. */
static bool
serve_waiting(struct notify *n, struct err *e)
{
	uint64_t now = sys_monotonic_ns();
	size_t kept = 0;
	bool ok = true;
	for (size_t i = 0; i < n->waits; i++) {
		if (n->waiting[i].due_ns > now)
			n->waiting[kept++] = n->waiting[i];
		else
			ok = finish_ioctl(n, &n->waiting[i].req, e) && ok;
	}
	n->waits = kept;
	return ok;
}

int
notify_due(const struct notify *n)
{
	uint64_t first = UINT64_MAX, now = sys_monotonic_ns();
	for (size_t i = 0; i < n->waits; i++)
		if (n->waiting[i].due_ns < first)
			first = n->waiting[i].due_ns;
	if (first == UINT64_MAX)
		return -1;
	return first <= now ? 0 : (int)((first - now) / 1000000) + 1;
}

bool
notify_serve(struct notify *n, struct err *e)
{
	/* The kernel's struct may be larger than the one that we were compiled
	 * with. */
	union {
		struct seccomp_notif q;
		uint8_t room[512];
	} u;
	if (!serve_waiting(n, e))
		return false;
	/* Limited, because signals and the program's end must be handled as
	 * well. */
	for (int turns = 0; !n->gone && turns < TURNS; turns++) {
		struct pollfd f = { n->listener, POLLIN, 0 };
		if (poll(&f, 1, 0) <= 0)
			return true;
		if (!(f.revents & POLLIN)) { /* no process is left */
			n->gone = true;
			return true;
		}
		memset(&u, 0, sizeof u);
		if (ioctl(n->listener, SECCOMP_IOCTL_NOTIF_RECV, &u.q) == 0) {
			if (!serve(n, &u.q, e))
				return false;
		} else if (errno != ENOENT && errno != EINTR) {
			return err_sys(e, errno,
				       "cannot receive a system call");
		}
	}
	return true;
}
