#include "sys/private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/fs.h"

bool
private_dir(const char *path, int *fd, struct err *e)
{
	struct stat st;
	if (!fs_mkdirs(path, 0700, e))
		return false;
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0 || fstat(*fd, &st) != 0)
		return err_sys(e, errno, "cannot open %s", show_str(path).s);
	if (st.st_uid != geteuid() || (st.st_mode & 077) != 0) {
		err_set(e, ERR_REFUSED,
			"another user owns %s or has access to it",
			show_str(path).s);
		return err_hint(e, "you must own it, with mode 0700");
	}
	return flock(*fd, LOCK_EX) == 0 ||
	       err_sys(e, errno, "cannot lock %s", show_str(path).s);
}

bool
private_log(const char *path, int *fd, struct err *e)
{
	*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
		   0600);
	return *fd >= 0 ||
	       err_sys(e, errno, "cannot make %s", show_str(path).s);
}

bool
private_is_ours(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && st.st_uid == geteuid();
}
