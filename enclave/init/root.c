#include "root.h"

#include "msg.h"
#include "sys.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/mount.h>
#include <linux/sockios.h>
#include <linux/stat.h>

/* As in <linux/if.h>, which requires a C library. */
struct interface {
	char name[16];
	short flags;
	char rest[22];
};
_Static_assert(sizeof(struct interface) == 40, "the kernel's struct ifreq");
#define INTERFACE_UP 1

#define NO_EXEC (MS_NOSUID | MS_NODEV | MS_NOEXEC)

enum need {
	NEED,   /* every application requires it */
	WANT,   /* reported on the console if it fails */
	SILENT, /* optional in a kernel */
};

/* The order matters: a later line may need an earlier one. */
static const struct {
	const char *source, *target, *type, *data;
	unsigned long flags;
	enum need need;
	unsigned mode;
} mounts[] = {
	{ "dev", "/dev", "devtmpfs", 0, MS_NOSUID | MS_NOEXEC, NEED, 0755 },
	{ "proc", "/proc", "proc", 0, NO_EXEC, NEED, 0555 },
	{ "sysfs", "/sys", "sysfs", 0, NO_EXEC, WANT, 0555 },
	{ "devpts", "/dev/pts", "devpts", "gid=5,mode=620,ptmxmode=666",
	  MS_NOSUID | MS_NOEXEC, WANT, 0755 },
	{ "shm", "/dev/shm", "tmpfs", "mode=1777", NO_EXEC, WANT, 01777 },
	{ "mqueue", "/dev/mqueue", "mqueue", 0, NO_EXEC, SILENT, 0755 },
	{ "cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NO_EXEC, SILENT, 0555 },
};

static const struct {
	const char *to, *at;
} links[] = {
	{ "/proc/self/fd", "/dev/fd" },
	{ "/proc/self/fd/0", "/dev/stdin" },
	{ "/proc/self/fd/1", "/dev/stdout" },
	{ "/proc/self/fd/2", "/dev/stderr" },
};

void
root_switch(void)
{
	long ret = SYS5(mount, "/rootfs", "/rootfs", 0, MS_BIND, 0);

	if (ret < 0)
		DIE_ERR(ret, "cannot bind /rootfs (is it in the ramdisk?)");
	ret = SYS1(chdir, "/rootfs");
	if (ret >= 0)
		ret = SYS5(mount, ".", "/", 0, MS_MOVE, 0);
	if (ret >= 0)
		ret = SYS1(chroot, ".");
	if (ret >= 0)
		ret = SYS1(chdir, "/");
	if (ret < 0)
		DIE_ERR(ret, "cannot make /rootfs the root directory");
}

/* Makes /tmp as Docker does: everybody writes, only owners delete. If it is a
 * link in the image, it stays one. */
static void
furnish_writable(void)
{
	struct statx st = { 0 };
	long ret;

	SYS3(mkdirat, AT_FDCWD, "/tmp", 01777);
	/* Nothing is mounted on /run: it is in memory like the rest, and
	 * programs rely on directories that their image has there. */
	SYS3(mkdirat, AT_FDCWD, "/run", 0755);
	ret = SYS5(statx, AT_FDCWD, "/tmp", AT_SYMLINK_NOFOLLOW, STATX_TYPE,
		   &st);
	if (ret >= 0 && (st.stx_mode & S_IFMT) == S_IFDIR)
		ret = SYS3(fchmodat, AT_FDCWD, "/tmp", 01777);
	if (ret < 0)
		SAY_ERR(ret, "cannot prepare /tmp");
}

void
root_furnish(void)
{
	for (size_t i = 0; i < COUNT(mounts); i++) {
		const char *target = mounts[i].target;
		long ret;

		SYS3(mkdirat, AT_FDCWD, target, mounts[i].mode);
		ret = SYS5(mount, mounts[i].source, target, mounts[i].type,
			   mounts[i].flags, mounts[i].data);
		if (ret >= 0 || mounts[i].need == SILENT)
			continue;
		SAY_ERR(ret, "cannot mount ", mounts[i].type, " on ", target);
		if (mounts[i].need == NEED)
			msg_end();
	}
	for (size_t i = 0; i < COUNT(links); i++) {
		long ret = SYS3(symlinkat, links[i].to, AT_FDCWD, links[i].at);

		if (ret < 0 && ret != -EEXIST)
			SAY_ERR(ret, "cannot link ", links[i].at);
	}
	/* Any user may read the CID there, as with udev elsewhere. */
	SYS3(fchmodat, AT_FDCWD, "/dev/vsock", 0666);
	/* An isolated devpts has its own ptmx; /dev/ptmx must point to it. */
	SYS3(unlinkat, AT_FDCWD, "/dev/ptmx", 0);
	SYS3(symlinkat, "pts/ptmx", AT_FDCWD, "/dev/ptmx");
	furnish_writable();
}

void
root_loopback(void)
{
	struct interface req = { .name = "lo" };
	long fd = SYS3(socket, 2 /* AF_INET */, 2 /* SOCK_DGRAM */, 0);
	long ret = fd;

	/* The kernel gives `lo` its addresses when it is brought up. */
	if (ret >= 0)
		ret = SYS3(ioctl, fd, SIOCGIFFLAGS, &req);
	if (ret >= 0) {
		req.flags = (short)(req.flags | INTERFACE_UP);
		ret = SYS3(ioctl, fd, SIOCSIFFLAGS, &req);
	}
	if (ret < 0)
		SAY_ERR(ret, "cannot bring up the loopback interface");
	if (fd >= 0)
		SYS1(close, fd);
}

/* Opens a regular file below /, one component at a time, without following a
 * link. `path` is plain (struct cap). */
static long
open_beneath(const char *path)
{
	long dir = SYS4(openat, AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0);
	char name[256];

	while (dir >= 0) {
		size_t n = 0;
		long next;

		while (path[n] && path[n] != '/' && n < sizeof(name) - 1) {
			name[n] = path[n];
			n++;
		}
		name[n] = '\0';
		if (path[n] == '/')
			next = SYS4(openat, dir, name,
				    O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
		else if (path[n])
			next = -ENOENT; /* no file has a name of this length */
		else
			next = SYS4(openat, dir, name,
				    O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
		SYS1(close, dir);
		if (!path[n])
			return next;
		dir = next;
		path += n + 1;
	}
	return dir;
}

void
root_apply_caps(char *text, size_t n)
{
	while (n) {
		struct cap cap;
		const char *why = spec_cap(&text, &n, &cap);
		long fd, ret;

		if (why)
			DIE(why);
		fd = open_beneath(cap.path);
		ret = fd;
		if (fd >= 0) {
			ret = SYS5(fsetxattr, fd, "security.capability",
				   cap.value, cap.value_n, 0);
			SYS1(close, fd);
		}
		if (ret < 0)
			SAY_ERR(ret, "cannot set the capabilities of /",
				cap.path);
	}
}
