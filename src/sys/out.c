/* Files being made, temporary files and directories: see sys/fs.h. */
#include "base/path.h"
#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/env.h"
#include "sys/await.h"

/* Returns its directory, from malloc. */
static char *
parent_of(const char *path)
{
	struct span dir = path_parent(span_str(path));
	return strndup((const char *)dir.p, dir.n);
}

static const char *
base_of(const char *path)
{
	return (const char *)path_base(span_str(path)).p;
}

static void
str_freep(char **s)
{
	free(*s);
	*s = NULL;
}

static mode_t
masked(mode_t mode)
{
	mode_t mask = umask(022);
	umask(mask);
	return mode & ~mask;
}

/* Opens ".NAME.XXXXXX" beside path, for file systems without O_TMPFILE. */
static bool
open_named(struct out *o, const char *dir, struct err *e)
{
	if (asprintf(&o->tmp, "%s/.%s.XXXXXX", dir, base_of(o->path)) < 0)
		return err_full(e, "a file name");
	o->fd = mkostemp(o->tmp, O_CLOEXEC);
	if (o->fd >= 0)
		return true;
	int sys = errno;
	str_freep(&o->tmp);
	return err_sys(e, sys, "cannot create %s", show_str(o->path).s);
}

static bool
no_tmpfile(int sys)
{
	return sys == EOPNOTSUPP || sys == EISDIR || sys == EINVAL ||
	       sys == ENOENT;
}

bool
out_open(struct out *o, const char *path, mode_t mode, struct err *e)
{
	struct stat st;
	*o = OUT_NONE;
	o->path = strdup(path);
	DEFER(str_freep) char *dir = parent_of(path);
	if (!o->path || !dir)
		return err_full(e, "a file name");
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		o->pipe = true;
		return wait_open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY, &o->fd,
				 e);
	}
	o->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (o->fd < 0 && errno == ENOENT && fs_kind(dir) == FS_NONE) {
		err_sys(e, ENOENT, "cannot create %s", show_str(path).s);
		return err_hint(e, "make the directory %s first",
				show_str(dir).s);
	}
	if (o->fd < 0 && !no_tmpfile(errno))
		return err_sys(e, errno, "cannot create %s", show_str(path).s);
	if (o->fd < 0 && !open_named(o, dir, e))
		return false;
	if (fchmod(o->fd, masked(mode)) != 0)
		return err_sys(e, errno, "cannot set the mode of %s",
			       show_str(path).s);
	return true;
}

/* Gives the unnamed file a temporary name beside its final one. */
static bool
give_name(struct out *o, struct err *e)
{
	char proc[64];
	DEFER(str_freep) char *dir = parent_of(o->path);
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", o->fd);
	for (unsigned i = 0; dir && i < 100; i++) {
		uint64_t r;
		if (!sys_random(&r, sizeof r, e))
			return false;
		if (asprintf(&o->tmp, "%s/.%s.%08x", dir, base_of(o->path),
			     (unsigned)r) < 0)
			break;
		if (linkat(AT_FDCWD, proc, AT_FDCWD, o->tmp,
			   AT_SYMLINK_FOLLOW) == 0)
			return true;
		int sys = errno;
		str_freep(&o->tmp);
		if (sys != EEXIST)
			return err_sys(e, sys, "cannot create %s",
				       show_str(o->path).s);
	}
	o->tmp = NULL;
	return err_full(e, "a file name");
}

static bool
sync_parent(const char *path)
{
	DEFER(str_freep) char *dir = parent_of(path);
	DEFER(fd_closep)
	int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	return fd >= 0 && fsync(fd) == 0;
}

/* Does everything but the renaming. */
static bool
settle(const struct out *o, struct err *e)
{
	return o->pipe || fsync(o->fd) == 0 ||
	       err_sys(e, errno, "cannot write %s", show_str(o->path).s);
}

static bool
appear(struct out *o, struct err *e)
{
	if (!o->pipe && rename(o->tmp, o->path) != 0)
		return err_sys(e, errno, "cannot replace %s",
			       show_str(o->path).s);
	str_freep(&o->tmp);
	return true;
}

static void
last(struct out *o)
{
	if (!o->pipe)
		IGNORE(sync_parent(o->path)); /* some file systems cannot */
	out_abort(o);
}

bool
out_commit(struct out *o, struct err *e)
{
	return out_commit_all(&o, 1, e);
}

bool
out_commit_all(struct out *const *v, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!settle(v[i], e))
			return false;
	/* From here on nothing waits for the disk, so that a program that is
	 * killed is unlikely to leave temporary names. */
	for (size_t i = 0; i < n; i++)
		if (!v[i]->pipe && !v[i]->tmp && !give_name(v[i], e))
			return false;
	for (size_t i = 1; i < n; i++)
		if (!v[i]->pipe && unlink(v[i]->path) != 0 && errno != ENOENT)
			return err_sys(e, errno, "cannot replace %s",
				       show_str(v[i]->path).s);
	for (size_t i = 0; i < n; i++)
		if (!appear(v[i], e))
			return false;
	for (size_t i = 0; i < n; i++)
		last(v[i]);
	return true;
}

void
out_abort(struct out *o)
{
	fd_closep(&o->fd);
	if (o->tmp)
		unlink(o->tmp);
	str_freep(&o->tmp);
	str_freep(&o->path);
}

bool
fs_write_file(const char *path, struct span s, mode_t mode, struct err *e)
{
	DEFER(out_abort) struct out o = OUT_NONE;
	return out_open(&o, path, mode, e) &&
	       (fs_write(o.fd, s, e) ||
		err_ctx(e, "writing %s", show_str(path).s)) &&
	       out_commit(&o, e);
}

static const char *
tmp_root(void)
{
	const char *tmp = getenv("TMPDIR");
	return tmp && *tmp ? tmp : "/var/tmp";
}

bool
fs_tmpfile(const char *dir, int *fd, struct err *e)
{
	char name[PATH_MAX];
	if (!dir)
		dir = tmp_root();
	*fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return true;
	if (!no_tmpfile(errno))
		return err_sys(e, errno, "cannot make a temporary file in %s",
			       show_str(dir).s);
	snprintf(name, sizeof name, "%s/veraclave.XXXXXX", dir);
	*fd = mkostemp(name, O_CLOEXEC);
	if (*fd < 0)
		return err_sys(e, errno, "cannot make a temporary file in %s",
			       show_str(dir).s);
	unlink(name);
	return true;
}

static bool
keep(int from, int to, uint64_t (*most)(struct span head), struct err *e)
{
	uint8_t block[FS_HEAD];
	uint64_t max = sizeof block, n = 0;
	size_t got = sizeof block;
	while (got == sizeof block && n < max) {
		if (!fs_read_some(from, block, sizeof block, &got, e))
			return false;
		if (n == 0)
			max = most(span_of(block, got));
		if (got > max - n)
			got = (size_t)(max - n);
		if (!fs_write(to, span_of(block, got), e))
			return false;
		n += got;
	}
	return true;
}

bool
fs_open_any(const char *path, uint64_t (*most)(struct span head), int *fd,
	    struct err *e)
{
	DEFER(fd_closep) int from = -1;
	DEFER(fd_closep) int to = -1;
	struct stat st;
	bool ok = strcmp(path, "-") == 0 ? fs_dup(STDIN_FILENO, &from, e)
					 : fs_open(path, &from, e);
	if (!ok)
		return false;
	if (fstat(from, &st) == 0 && S_ISREG(st.st_mode)) {
		*fd = fd_take(&from);
		return true;
	}
	if (!fs_tmpfile(NULL, &to, e) || !keep(from, to, most, e))
		return err_ctx(e, "copying the input from %s",
			       show_str(path).s);
	*fd = fd_take(&to);
	return true;
}

bool
fs_tmpdir(struct arena *a, char **path, struct err *e)
{
	char *dir = arena_fmt(a, "%s/veraclave.XXXXXX", tmp_root());
	if (!dir)
		return err_full(e, "a file name");
	if (!mkdtemp(dir))
		return err_sys(e, errno,
			       "cannot make a temporary directory in %s",
			       show_str(tmp_root()).s);
	*path = dir;
	return true;
}
