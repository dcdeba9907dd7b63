#include "sys/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "sys/fs.h"

enum { XATTR_MAX = 65536, OPEN = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY };

/* A directory whose names are being visited. */
struct level {
	struct arena arena;
	struct span *names;
	size_t n, i;
	size_t path_n; /* length of its path in walk.path */
	struct level *up;
};

struct walk {
	int root;
	int fd; /* of the top level; -1: opened when it is needed */
	struct level *top;
	bool begun;
	struct arena entry; /* what an entry's spans point into */
	size_t path_n;
	uint8_t path[LIMIT_PATH + 1];
	char list[XATTR_MAX];
	uint8_t value[XATTR_MAX];
};

bool
walk_open(struct walk **w, int dirfd, struct arena *a, struct err *e)
{
	*w = NEW(a, struct walk, 1);
	if (!*w)
		return err_full(e, "going through a directory");
	(*w)->root = dirfd;
	(*w)->fd = -1;
	return true;
}

static void
level_pop(struct walk *w)
{
	struct level *l = w->top;
	struct arena own = l->arena;
	w->top = l->up;
	arena_finish(&own); /* own contains the level itself */
	fd_close(w->fd);
	w->fd = -1;
}

void
walk_close(struct walk **w)
{
	if (!*w)
		return;
	while ((*w)->top)
		level_pop(*w);
	arena_finish(&(*w)->entry);
	*w = NULL;
}

static struct span
path_of(const struct walk *w)
{
	return span_of(w->path, w->path_n);
}

static bool
fail(struct walk *w, const char *what, struct err *e)
{
	int sys = errno;
	struct span path = w->path_n ? path_of(w) : SPAN("the directory");
	bool denied = sys == EACCES || sys == EPERM;
	err_sys(e, sys, "cannot %s %s", what, show(path).s);
	return denied ? err_hint(e, "read it as root, or as its owner") : false;
}

/* Makes the directory at w->path the top level. */
static bool
level_push(struct walk *w, int fd, struct err *e)
{
	struct arena own = { .max = 0 };
	struct level *l = NEW(&own, struct level, 1);
	if (!l)
		return err_full(e, "going through a directory");
	if (!fs_list(fd, &own, &l->names, &l->n, e)) {
		arena_finish(&own);
		return err_ctx(e, "%s", show(path_of(w)).s);
	}
	l->path_n = w->path_n;
	l->up = w->top;
	l->arena = own;
	w->top = l;
	fd_close(w->fd);
	w->fd = -1;
	return true;
}

/* Sets w->fd for the top level, after a return from below it. */
static bool
level_fd(struct walk *w, struct err *e)
{
	struct span path = span_of(w->path, w->top->path_n);
	if (w->fd >= 0)
		return true;
	return fs_open_beneath(w->root, path.n ? path : SPAN("."), &w->fd, e);
}

static struct walk_xattr **
xattr_place(struct walk_xattr **first, struct span name)
{
	struct walk_xattr **at = first;
	while (*at && span_cmp((*at)->name, name) < 0)
		at = &(*at)->next;
	return at;
}

static bool
one_xattr(struct walk *w, int fd, const char *name, struct walk_xattr **first,
	  struct err *e)
{
	ssize_t n = fgetxattr(fd, name, w->value, sizeof w->value);
	if (n < 0 && errno == ENODATA)
		return true; /* removed since it was listed */
	if (n < 0)
		return fail(w, "read the extended attributes of", e);
	struct walk_xattr *x = NEW(&w->entry, struct walk_xattr, 1);
	struct span key = arena_dup(&w->entry, span_str(name));
	struct span value = arena_dup(&w->entry, span_of(w->value, (size_t)n));
	if (!x || !key.p || !value.p)
		return err_full(e, "extended attributes");
	struct walk_xattr **at = xattr_place(first, key);
	*x = (struct walk_xattr){ key, value, *at };
	*at = x;
	return true;
}

static bool
xattrs(struct walk *w, int fd, struct walk_entry *out, struct err *e)
{
	struct walk_xattr *first = NULL;
	ssize_t n = flistxattr(fd, w->list, sizeof w->list);
	if (n < 0 && errno == ENOTSUP)
		return true;
	if (n < 0)
		return fail(w, "list the extended attributes of", e);
	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(w->list + i) + 1)
		if (!one_xattr(w, fd, w->list + i, &first, e))
			return false;
	out->xattr = first;
	return true;
}

static bool
type_of(mode_t mode, enum walk_type *out)
{
	static const struct {
		mode_t mode;
		enum walk_type type;
	} rows[] = {
		{ S_IFREG, WALK_FILE },    { S_IFDIR, WALK_DIR },
		{ S_IFLNK, WALK_SYMLINK }, { S_IFCHR, WALK_CHAR },
		{ S_IFBLK, WALK_BLOCK },   { S_IFIFO, WALK_FIFO },
		{ S_IFSOCK, WALK_SOCKET },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		if ((mode & S_IFMT) != rows[i].mode)
			continue;
		*out = rows[i].type;
		return true;
	}
	return false;
}

static bool
fill(struct walk *w, const struct stat *st, struct walk_entry *out,
     struct err *e)
{
	*out = (struct walk_entry){
		.path = path_of(w),
		.mode = st->st_mode & 07777,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.major = major(st->st_rdev),
		.minor = minor(st->st_rdev),
		.mtime = st->st_mtim.tv_sec, /* nanoseconds are from 0 up */
		.size = (uint64_t)st->st_size,
		.dev = st->st_dev,
		.ino = st->st_ino,
		.links = st->st_nlink,
	};
	return type_of(st->st_mode, &out->type) ||
	       err_set(e, ERR_INPUT, "%s is of an unknown type",
		       show(path_of(w)).s);
}

static bool
is_pseudo(int fd)
{
	static const unsigned long kinds[] = {
		PROC_SUPER_MAGIC,   SYSFS_MAGIC,         DEVPTS_SUPER_MAGIC,
		DEBUGFS_MAGIC,      TRACEFS_MAGIC,       SECURITYFS_MAGIC,
		CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, BPF_FS_MAGIC,
		PSTOREFS_MAGIC,     EFIVARFS_MAGIC,      SELINUX_MAGIC,
		BINFMTFS_MAGIC,     NSFS_MAGIC,
	};
	struct statfs fs;
	if (fstatfs(fd, &fs) != 0)
		return false;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if ((unsigned long)fs.f_type == kinds[i])
			return true;
	return false;
}

/* Fills the entry of a file or a directory that is open. */
static bool
opened(struct walk *w, int fd, struct walk_entry *out, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return fail(w, "examine", e);
	if (!fill(w, &st, out, e) || !xattrs(w, fd, out, e))
		return false;
	if (out->type != WALK_DIR)
		return true;
	out->pseudo = is_pseudo(fd);
	return out->pseudo || level_push(w, fd, e);
}

static bool
symlink_target(struct walk *w, const char *name, struct walk_entry *out,
	       struct err *e)
{
	ssize_t n = readlinkat(w->fd, name, w->list, sizeof w->list);
	if (n < 0)
		return fail(w, "read the link", e);
	out->link = arena_dup(&w->entry, span_of(w->list, (size_t)n));
	return out->link.p || err_full(e, "a link");
}

static bool
visit(struct walk *w, const char *name, struct walk_entry *out, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct stat st;
	if (fstatat(w->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return fail(w, "examine", e);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return fill(w, &st, out, e) &&
		       (out->type != WALK_SYMLINK ||
			symlink_target(w, name, out, e));
	fd = openat(w->fd, name,
		    OPEN | (S_ISDIR(st.st_mode) ? O_DIRECTORY : O_NONBLOCK));
	if (fd < 0)
		return fail(w, "open", e);
	return opened(w, fd, out, e);
}

static bool
path_add(struct walk *w, struct span name, struct err *e)
{
	w->path_n = w->top->path_n;
	if (w->path_n + 1 + name.n > LIMIT_PATH)
		return err_set(e, ERR_LIMIT,
			       "a path of more than 4095 bytes in %s",
			       show(path_of(w)).s);
	if (w->path_n)
		w->path[w->path_n++] = '/';
	memcpy(w->path + w->path_n, name.p, name.n);
	w->path_n += name.n;
	w->path[w->path_n] = '\0';
	return true;
}

bool
walk_next(struct walk *w, struct walk_entry *out, bool *more, struct err *e)
{
	arena_reset(&w->entry);
	*more = true;
	if (!w->begun) {
		w->begun = true;
		return opened(w, w->root, out, e);
	}
	while (w->top && w->top->i == w->top->n)
		level_pop(w);
	*more = w->top != NULL;
	if (!w->top)
		return true;
	struct span name = w->top->names[w->top->i++];
	if (!path_add(w, name, e) || !level_fd(w, e))
		return false;
	return visit(w, (const char *)w->path + w->path_n - name.n, out, e);
}
