#include "sys/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "sys/fs.h"

/* A name in an open directory: where to make something. */
struct spot {
	int dir;
	char name[NAME_MAX + 1];
};

static void
spot_close(struct spot *s)
{
	fd_closep(&s->dir);
}

/* No file system accepts these names: the list that contains them is
 * malformed. */
static bool
is_of_names(int sys)
{
	return sys == ENOTDIR || sys == ENOENT || sys == ELOOP ||
	       sys == EINVAL || sys == ENAMETOOLONG || sys == EISDIR ||
	       sys == EEXIST || sys == EXDEV || sys == ENOTEMPTY;
}

static bool
cannot(struct err *e, struct span path)
{
	int sys = errno;
	err_sys(e, sys, "cannot make %s", show(path).s);
	if (is_of_names(sys))
		e->code = ERR_INPUT;
	if (sys == ELOOP)
		err_hint(e, "the path goes through a symbolic link of the "
			    "archive; it is not followed");
	return false;
}

static bool
copy_name(char *to, size_t max, struct span s)
{
	if (s.n >= max || span_find(s, 0) < s.n) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return true;
}

static bool
spot_open(int root, struct span path, struct spot *out, struct err *e)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
			   RESOLVE_NO_MAGICLINKS,
	};
	char dir[PATH_MAX];
	size_t cut = span_rfind(path, '/');
	struct span name = cut < path.n ? span_from(path, cut + 1) : path;
	struct span way = cut < path.n ? span_sub(path, 0, cut) : SPAN(".");
	out->dir = -1;
	if (span_is(name, "..") || span_is(name, ".") || name.n == 0) {
		errno = EINVAL;
		return cannot(e, path);
	}
	if (!copy_name(out->name, sizeof out->name, name) ||
	    !copy_name(dir, sizeof dir, way))
		return cannot(e, path);
	long got = syscall(SYS_openat2, root, dir, &how, sizeof how);
	if (got < 0)
		return cannot(e, path);
	out->dir = (int)got;
	return true;
}

/* Removes an existing name, unless it is a directory. */
static bool
clear(const struct spot *s)
{
	return unlinkat(s->dir, s->name, 0) == 0 || errno == ENOENT;
}

bool
place_dir(int root, struct span path, unsigned mode, struct err *e)
{
	DEFER(spot_close) struct spot s;
	struct stat st;
	if (!spot_open(root, path, &s, e))
		return false;
	if (mkdirat(s.dir, s.name, mode) == 0)
		return true;
	if (errno != EEXIST)
		return cannot(e, path);
	if (fstatat(s.dir, s.name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode))
		return true;
	return (clear(&s) && mkdirat(s.dir, s.name, mode) == 0) ||
	       cannot(e, path);
}

bool
place_file(int root, struct span path, unsigned mode, int *fd, struct err *e)
{
	DEFER(spot_close) struct spot s;
	if (!spot_open(root, path, &s, e))
		return false;
	if (!clear(&s))
		return cannot(e, path);
	*fd = openat(s.dir, s.name,
		     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		     mode);
	return *fd >= 0 || cannot(e, path);
}

bool
place_again(int root, struct span path, int *fd, struct err *e)
{
	DEFER(spot_close) struct spot s;
	if (!spot_open(root, path, &s, e))
		return false;
	*fd = openat(s.dir, s.name,
		     O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return *fd >= 0 || cannot(e, path);
}

bool
place_symlink(int root, struct span path, struct span target, struct err *e)
{
	DEFER(spot_close) struct spot s;
	char to[PATH_MAX];
	if (!spot_open(root, path, &s, e))
		return false;
	return (copy_name(to, sizeof to, target) && clear(&s) &&
		symlinkat(to, s.dir, s.name) == 0) ||
	       cannot(e, path);
}

bool
place_link(int root, struct span path, struct span old, struct err *e)
{
	DEFER(spot_close) struct spot s = { .dir = -1 };
	DEFER(spot_close) struct spot from;
	if (!spot_open(root, old, &from, e) || !spot_open(root, path, &s, e))
		return false;
	return (clear(&s) &&
		linkat(from.dir, from.name, s.dir, s.name, 0) == 0) ||
	       cannot(e, path);
}

bool
place_node(int root, struct span path, unsigned mode, unsigned major_nr,
	   unsigned minor_nr, struct err *e)
{
	DEFER(spot_close) struct spot s;
	if (!spot_open(root, path, &s, e))
		return false;
	return (clear(&s) && mknodat(s.dir, s.name, mode,
				     makedev(major_nr, minor_nr)) == 0) ||
	       cannot(e, path);
}
