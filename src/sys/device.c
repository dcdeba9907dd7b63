#include "sys/device.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "base/fmt.h"

struct raw {
	uint64_t request, request_n, response, response_n;
};

bool
device_open(const char *path, int *fd, struct err *e)
{
	*fd = open(path, O_RDWR | O_CLOEXEC);
	return *fd >= 0 ||
	       err_sys(e, errno, "cannot open %s", show_str(path).s);
}

bool
device_talk(int fd, uint32_t number, struct span request, void *out, size_t *n,
	    struct err *e)
{
	struct raw raw = { (uintptr_t)request.p, request.n, (uintptr_t)out,
			   *n };
	if (ioctl(fd, number, &raw) != 0)
		return err_sys(e, errno, "the device does not answer");
	if (raw.response_n > *n)
		return err_set(
			e, ERR_INPUT,
			"the device's answer has %llu bytes, more than %zu",
			(unsigned long long)raw.response_n, *n);
	*n = (size_t)raw.response_n;
	return true;
}
