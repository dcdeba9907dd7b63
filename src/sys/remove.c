/*
 * Removes a tree of any depth. Directories below the top are moved up to it,
 * and so each is empty when its turn comes. No path is ever longer than a name,
 * no link is followed, and two descriptors are enough.
 */
#include "sys/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_ROOM = 40 };

struct removal {
	int top;
	unsigned long long moved; /* for names that do not exist yet */
};

static bool
is_dir(int dir, const char *name)
{
	struct stat st;
	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

static DIR *
open_list(int dir, const char *name)
{
	int fd = openat(dir, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	if (!list)
		fd_close(fd);
	return list;
}

static const char *
next_name(DIR *list)
{
	const struct dirent *d;
	do
		d = readdir(list);
	while (d &&
	       (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0));
	return d ? d->d_name : NULL;
}

static bool
move_up(struct removal *r, int from, const char *name)
{
	char to[NAME_ROOM];
	/* moving a directory requires write permission on it */
	IGNORE(fchmodat(from, name, 0700, 0));
	do
		snprintf(to, sizeof to, ".removed-%llu", r->moved++);
	while (renameat2(from, name, r->top, to, RENAME_NOREPLACE) != 0 &&
	       errno == EEXIST);
	return faccessat(from, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
}

/* Removes one entry of the top: a directory's own directories become its
 * siblings. */
static bool
take_out(struct removal *r, const char *name)
{
	const char *x;
	if (!is_dir(r->top, name))
		return unlinkat(r->top, name, 0) == 0;
	IGNORE(fchmodat(r->top, name, 0700, 0));
	DIR *list = open_list(r->top, name);
	bool some = false;
	while (list && (x = next_name(list)))
		some |= is_dir(dirfd(list), x)
				? move_up(r, dirfd(list), x)
				: unlinkat(dirfd(list), x, 0) == 0;
	if (list)
		closedir(list);
	return unlinkat(r->top, name, AT_REMOVEDIR) == 0 || some;
}

void
fs_remove_tree(const char *path)
{
	bool some = true;
	struct stat st;
	if (lstat(path, &st) != 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		unlink(path);
		return;
	}
	chmod(path, 0700);
	DIR *list = open_list(AT_FDCWD, path);
	struct removal r = { .top = list ? dirfd(list) : -1 };
	/* until nothing is left, or nothing more can be removed */
	while (list && some) {
		const char *x;
		some = false;
		rewinddir(list);
		while ((x = next_name(list)))
			some |= take_out(&r, x);
	}
	if (list)
		closedir(list);
	rmdir(path);
}
