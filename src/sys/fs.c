#include "sys/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fmt.h"
#include "sys/await.h"

void
fd_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

void
fd_closep(int *fd)
{
	fd_close(*fd);
	*fd = -1;
}

int
fd_take(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

enum fs_kind
fs_kind(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return FS_NONE;
	return S_ISREG(st.st_mode)   ? FS_FILE
	       : S_ISDIR(st.st_mode) ? FS_DIR
				     : FS_OTHER;
}

static bool
open_as(const char *path, int flags, int *fd, struct err *e)
{
	return wait_open(path, O_RDONLY | O_CLOEXEC | flags, fd, e);
}

bool
fs_open(const char *path, int *fd, struct err *e)
{
	DEFER(fd_closep) int got = -1;
	struct stat st;
	if (!open_as(path, O_NOCTTY, &got, e))
		return false;
	if (fstat(got, &st) == 0 && S_ISDIR(st.st_mode))
		return err_sys(e, EISDIR, "cannot read %s", show_str(path).s);
	*fd = fd_take(&got);
	return true;
}

bool
fs_open_dir(const char *path, int *fd, struct err *e)
{
	return open_as(path, O_DIRECTORY, fd, e);
}

/* Copies the path as a string; returns false if that is impossible. */
static bool
path_text(struct span path, char name[PATH_MAX])
{
	if (path.n >= PATH_MAX || span_find(path, 0) < path.n) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(name, path.p, path.n);
	name[path.n] = '\0';
	return true;
}

/* Returns -1 with errno on failure. `links` is RESOLVE_NO_SYMLINKS or 0. */
static int
open_below(int dirfd, const char *name, uint64_t links)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | links,
	};
	return (int)syscall(SYS_openat2, dirfd, name, &how, sizeof how);
}

bool
fs_open_beneath(int dirfd, struct span path, int *fd, struct err *e)
{
	char name[PATH_MAX];
	int got = path_text(path, name)
			  ? open_below(dirfd, name, RESOLVE_NO_SYMLINKS)
			  : -1;
	if (got < 0)
		return err_sys(e, errno, "cannot open %s", show(path).s);
	*fd = got;
	return true;
}

/* The path of an open file, without links; returns false if it is unknown. */
static bool
real_path_of(int fd, char out[PATH_MAX])
{
	char link[64];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, out, PATH_MAX - 1);
	out[n < 0 ? 0 : n] = '\0';
	return n > 0 && out[0] == '/';
}

/* Whether a path leads out even without links: "/x", "a/../../x". */
static bool
leads_out(struct span path)
{
	bool out = path.n && path.p[0] == '/';
	while (path.n && !out)
		out = span_is(span_cut(&path, '/'), "..");
	return out;
}

/* Opens a link with an absolute path, which may point below this directory. */
static int
open_by_real_path(int dirfd, const char *name)
{
	char top[PATH_MAX], real[PATH_MAX];
	DEFER(fd_closep) int fd = openat(dirfd, name, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size_t n = real_path_of(dirfd, top) ? strlen(top) : 0;
	if (n == 0 || !real_path_of(fd, real) || strncmp(top, real, n) != 0 ||
	    real[n] != '/') {
		errno = EXDEV;
		return -1;
	}
	return open_below(dirfd, real + n + 1, RESOLVE_NO_SYMLINKS);
}

/* A missing file, or a link that leads out, is an error of the input. */
static bool
not_inside(int sys, struct span path, struct err *e)
{
	static const struct {
		int sys;
		const char *what;
	} rows[] = {
		{ ENOENT, "does not exist, or is a symbolic link to nothing" },
		{ EXDEV, "is a symbolic link that leads out of the directory" },
		{ ELOOP, "is a loop of symbolic links" },
		{ ENOTDIR, "does not exist" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (sys != rows[i].sys)
			continue;
		err_set(e, ERR_INPUT, "%s %s", show(path).s, rows[i].what);
		err_hint(e, "copy it with the targets of its links, as cp -RL "
			    "does");
		return err_id(e, "link-outside");
	}
	return err_sys(e, sys, "cannot open %s", show(path).s);
}

bool
fs_open_inside(int dirfd, struct span path, int *fd, struct err *e)
{
	char name[PATH_MAX];
	int got = path_text(path, name) ? open_below(dirfd, name, 0) : -1;
	if (got < 0 && errno == EXDEV && !leads_out(path))
		got = open_by_real_path(dirfd, name);
	if (got < 0)
		return not_inside(errno, path, e);
	*fd = got;
	return true;
}

bool
fs_dup(int fd, int *out, struct err *e)
{
	int got = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (got < 0)
		return err_sys(e, errno, "cannot duplicate a file descriptor");
	*out = got;
	return true;
}

bool
fs_size(int fd, uint64_t *size, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return err_sys(e, errno, "cannot examine an open file");
	if (!S_ISREG(st.st_mode)) {
		err_set(e, ERR_INPUT, "this is not a regular file");
		return err_hint(e, "save it to a file first");
	}
	*size = (uint64_t)st.st_size;
	return true;
}

bool
fs_room(int fd, uint64_t *room, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return err_sys(e, errno, "cannot examine an open file");
	*room = (uint64_t)st.st_blocks * 512;
	return true;
}

/* Reads until there are n bytes or the file ends; at < 0 means the descriptor's
 * own position. */
static bool
read_on(int fd, uint8_t *p, size_t n, off_t at, size_t *got, struct err *e)
{
	size_t have = 0;
	while (have < n) {
		if (at < 0 && !wait_readable(fd, e))
			return false;
		ssize_t r = at < 0 ? read(fd, p + have, n - have)
				   : pread(fd, p + have, n - have,
					   at + (off_t)have);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return err_sys(e, errno, "reading failed");
		if (r == 0)
			break;
		have += (size_t)r;
	}
	*got = have;
	return true;
}

bool
fs_read_some(int fd, void *p, size_t n, size_t *got, struct err *e)
{
	return read_on(fd, p, n, -1, got, e);
}

bool
fs_pread_some(int fd, void *p, size_t n, uint64_t at, size_t *got,
	      struct err *e)
{
	if (at > INT64_MAX)
		return err_sys(e, EINVAL, "reading failed");
	return read_on(fd, p, n, (off_t)at, got, e);
}

bool
fs_pread(int fd, void *p, size_t n, uint64_t at, struct err *e)
{
	size_t got;
	if (!fs_pread_some(fd, p, n, at, &got, e))
		return false;
	if (got == n)
		return true;
	return err_set(e, ERR_INPUT,
		       "the file ends early: expected %zu bytes at "
		       "offset %llu, got %zu",
		       n, (unsigned long long)at, got);
}

static bool
fd_read(void *self, void *p, size_t n, uint64_t at, size_t *got, struct err *e)
{
	return fs_pread_some((int)(intptr_t)self, p, n, at, got, e);
}

bool
fs_blob(int fd, struct blob *out, struct err *e)
{
	*out = (struct blob){ .read = fd_read, .self = (void *)(intptr_t)fd };
	return fs_size(fd, &out->size, e);
}

bool
fs_write(int fd, struct span s, struct err *e)
{
	while (s.n) {
		ssize_t w = write(fd, s.p, s.n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return err_sys(e, errno, "writing failed");
		s = span_from(s, (size_t)w);
	}
	return true;
}

bool
fs_pwrite(int fd, struct span s, uint64_t at, struct err *e)
{
	while (s.n) {
		ssize_t w = pwrite(fd, s.p, s.n, (off_t)at);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return err_sys(e, errno, "writing failed");
		s = span_from(s, (size_t)w);
		at += (uint64_t)w;
	}
	return true;
}

void
fs_write_behind(int fd, uint64_t at, uint64_t n)
{
	/* the later sync reports an error of the disk */
	IGNORE(sync_file_range(fd, (off_t)at, (off_t)n,
			       SYNC_FILE_RANGE_WRITE) == 0);
}

bool
fs_resize(int fd, uint64_t size, struct err *e)
{
	if (size > INT64_MAX)
		return err_sys(e, EFBIG, "cannot make a file larger");
	if (ftruncate(fd, (off_t)size) == 0)
		return true;
	return err_sys(e, errno, "cannot change a file's size");
}

bool
fs_read_fd(int fd, size_t max, struct arena *a, struct span *out, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(max + 1);
	uint8_t piece[8192];
	size_t got;
	do {
		if (!fs_read_some(fd, piece, sizeof piece, &got, e))
			return false;
		buf_put(&b, piece, got);
	} while (got == sizeof piece && !b.failed);
	if (b.failed || b.n > max)
		return err_set(e, ERR_LIMIT, "more than the limit of %s",
			       show_size(max).s);
	*out = arena_dup(a, buf_view(&b));
	return out->p || err_full(e, "the file");
}

bool
fs_read(const char *path, size_t max, struct arena *a, struct span *out,
	struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	if (strcmp(path, "-") == 0)
		return fs_read_fd(STDIN_FILENO, max, a, out, e) ||
		       err_ctx(e, "reading standard input");
	if (!fs_open(path, &fd, e))
		return false;
	return fs_read_fd(fd, max, a, out, e) ||
	       err_ctx(e, "reading %s", show_str(path).s);
}

static bool
no_parent(const char *path, char *part, struct err *e)
{
	err_sys(e, ENOENT, "cannot create directory %s", show_str(path).s);
	return err_hint(e, "make the directory %s first", show_str(part).s);
}

bool
fs_make_dir(const char *path, mode_t mode, bool parents, unsigned *made,
	    struct err *e)
{
	char part[PATH_MAX];
	size_t n = strlen(path), last = n;
	*made = 0;
	while (last > 1 && path[last - 1] == '/')
		last--;
	if (n >= sizeof part)
		return err_sys(e, ENAMETOOLONG, "cannot create a directory");
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (i < last && !parents) {
			if (fs_kind(part) == FS_NONE)
				return no_parent(path, part, e);
			continue;
		}
		if (mkdir(part, mode) == 0) {
			++*made;
			continue;
		}
		int sys = errno;
		if (sys == EEXIST)
			continue;
		return err_sys(e, sys, "cannot create directory %s",
			       show_str(part).s);
	}
	if (fs_kind(path) == FS_DIR)
		return true;
	return err_sys(e, ENOTDIR, "cannot create directory %s",
		       show_str(path).s);
}

bool
fs_mkdirs(const char *path, mode_t mode, struct err *e)
{
	unsigned made;
	return fs_make_dir(path, mode, true, &made, e);
}

void
fs_unmake_dir(const char *path, unsigned made)
{
	char part[PATH_MAX];
	size_t n = strlen(path);
	if (n >= sizeof part)
		return;
	memcpy(part, path, n + 1);
	for (; made; made--) {
		while (n > 1 && part[n - 1] == '/')
			part[--n] = '\0';
		if (rmdir(part) != 0)
			return;
		while (n > 0 && part[n - 1] != '/')
			part[--n] = '\0';
	}
}

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static void
dir_closep(DIR **d)
{
	if (*d)
		closedir(*d);
}

static bool
read_names(DIR *d, struct buf *all, size_t *n, struct err *e)
{
	for (;;) {
		errno = 0;
		const struct dirent *x = readdir(d);
		if (!x && errno)
			return err_sys(e, errno, "cannot list a directory");
		if (!x)
			return buf_ok(all, "the directory", e);
		if (strcmp(x->d_name, ".") == 0 || strcmp(x->d_name, "..") == 0)
			continue;
		buf_put(all, x->d_name, strlen(x->d_name) + 1);
		++*n;
	}
}

bool
fs_list(int dirfd, struct arena *a, struct span **names, size_t *n,
	struct err *e)
{
	DEFER(buf_free) struct buf all = buf_max((size_t)1 << 30);
	DEFER(fd_closep)
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DEFER(dir_closep) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		return err_sys(e, errno, "cannot list a directory");
	fd_take(&fd);
	*n = 0;
	if (!read_names(d, &all, n, e))
		return false;
	struct span rest = arena_dup(a, buf_view(&all));
	*names = NEW(a, struct span, *n);
	if (!rest.p || !*names)
		return err_full(e, "the directory");
	for (size_t i = 0; i < *n; i++)
		(*names)[i] = span_cut(&rest, 0);
	qsort(*names, *n, sizeof **names, by_bytes);
	return true;
}

char *
fs_program_dir(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);
	if (n <= 0 || (size_t)n == sizeof path)
		return NULL;
	struct span s = span_of(path, (size_t)n);
	return arena_cstr(a, span_sub(s, 0, span_rfind(s, '/')));
}

char *
fs_real_path(struct arena *a, const char *path)
{
	char real[PATH_MAX];
	return realpath(path, real) ? arena_fmt(a, "%s", real) : NULL;
}

bool
fs_there(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0;
}

char *
fs_closed_dir(struct arena *a, const char *path)
{
	char *real = fs_real_path(a, path);
	struct stat st;
	for (size_t i = 0; real; i++) {
		char end = real[i];
		if (end && (end != '/' || i == 0))
			continue;
		real[i] = 0;
		if (stat(real, &st) == 0 && !(st.st_mode & S_IXOTH))
			return real;
		if (!end)
			break;
		real[i] = end;
	}
	return NULL;
}

void
fs_unlink(const char *path)
{
	IGNORE(unlink(path));
}
