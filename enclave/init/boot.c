#include "boot.h"

#include "msg.h"
#include "sys.h"
#include "vsock.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/mount.h>

#define NSM_MODULE     "/nsm.ko"
#define HEARTBEAT_CID  3
#define HEARTBEAT_PORT 9000
#define HEARTBEAT_BYTE 0xB7

#define SOCKET_STREAM 1

void
boot_console(void)
{
	long fd, ret;

	SYS3(mkdirat, AT_FDCWD, "/dev", 0755);
	ret = SYS5(mount, "dev", "/dev", "devtmpfs", MS_NOSUID | MS_NOEXEC, 0);
	/* EBUSY: the kernel has already mounted it (devtmpfs.mount=1) */
	fd = SYS4(openat, AT_FDCWD, "/dev/console", O_RDWR | O_NOCTTY, 0);
	if (fd < 0) /* a console that cannot be read */
		fd = SYS4(openat, AT_FDCWD, "/dev/console", O_WRONLY | O_NOCTTY,
			  0);
	if (fd >= 0) {
		for (long to = 0; to < 3; to++)
			if (to != fd)
				SYS3(dup3, fd, to, 0);
		if (fd > 2)
			SYS1(close, fd);
	}
	if (ret < 0 && ret != -EBUSY)
		DIE_ERR(ret, "cannot mount devtmpfs on /dev");
	if (fd < 0)
		DIE_ERR(fd, "cannot open /dev/console");
}

void
boot_nsm_module(void)
{
	long fd = SYS4(openat, AT_FDCWD, NSM_MODULE, O_RDONLY | O_CLOEXEC, 0);
	long ret;

	if (fd == -ENOENT)
		return;
	if (fd < 0)
		DIE_ERR(fd, "cannot open " NSM_MODULE);
	ret = SYS3(finit_module, fd, "", 0);
	if (ret < 0)
		DIE_ERR(ret, "cannot load " NSM_MODULE);
	SYS1(close, fd);
	SYS3(unlinkat, AT_FDCWD, NSM_MODULE, 0);
}

void
boot_heartbeat(void)
{
	struct vsock_address parent = {
		.family = VSOCK_FAMILY,
		.port = HEARTBEAT_PORT,
		.cid = HEARTBEAT_CID,
	};
	uint8_t byte = HEARTBEAT_BYTE;
	long fd = SYS3(socket, VSOCK_FAMILY, SOCKET_STREAM, 0);
	long ret;

	if (fd == -EAFNOSUPPORT) {
		SAY("this kernel has no vsock, so no heartbeat is sent");
		return;
	}
	if (fd < 0)
		DIE_ERR(fd, "heartbeat: cannot make a vsock socket");
	ret = SYS3(connect, fd, &parent, sizeof(parent));
	if (ret == -ENODEV) {
		SAY("this machine has no vsock device, so no heartbeat is "
		    "sent");
		SYS1(close, fd);
		return;
	}
	if (ret < 0)
		DIE_ERR(ret, "heartbeat: cannot connect to CID 3 port 9000");
	ret = SYS3(write, fd, &byte, 1);
	if (ret != 1)
		DIE_ERR(ret, "heartbeat: cannot send");
	byte = 0;
	ret = SYS3(read, fd, &byte, 1);
	if (ret < 0)
		DIE_ERR(ret, "heartbeat: no answer");
	if (ret != 1)
		DIE("heartbeat: the parent closed without an answer");
	if (byte != HEARTBEAT_BYTE)
		DIE("heartbeat: the parent answered with another byte");
	SYS1(close, fd);
}
