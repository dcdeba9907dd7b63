/*
 * Files. Reading goes through descriptors; writing makes a new file that
 * appears under its name only when it is complete (DESIGN: files are
 * replaced, not edited).
 */
#pragma once

#include "base/arena.h"
#include "base/blob.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#include <sys/types.h>

void fd_close(int fd);   /* -1 is fine */
void fd_closep(int *fd); /* for DEFER; sets it to -1 */
int fd_take(int *fd);    /* gives *fd away: *fd becomes -1 */

enum fs_kind { FS_NONE, FS_FILE, FS_DIR, FS_OTHER };
/* What a path is, symbolic links followed; FS_NONE also when unreachable. */
enum fs_kind fs_kind(const char *path);

/* Whether there is anything of that name, a link that leads nowhere too. */
bool fs_there(const char *path);

MUST_USE bool fs_open(const char *path, int *fd, struct err *e);
/* A regular file to be read at any place. "-" is standard input; what comes
 * from a pipe or a device is copied to an unnamed temporary file first: as many
 * bytes as `most` says when it has seen the first FS_HEAD, or less when there
 * are no more. The reader of the format says what is wrong with the rest. */
enum { FS_HEAD = 8192 };
MUST_USE bool fs_open_any(const char *path, uint64_t (*most)(struct span head),
			  int *fd, struct err *e);
MUST_USE bool fs_open_dir(const char *path, int *fd, struct err *e);
/* A regular file below an open directory: no component may be a symbolic link
 * or lead outside. */
MUST_USE bool fs_open_beneath(int dirfd, struct span path, int *fd,
			      struct err *e);
/* The same with symbolic links followed that stay below it, absolute ones
 * too. What is not there or leads out is ERR_INPUT: the directory is somebody's
 * who says what it holds. */
MUST_USE bool fs_open_inside(int dirfd, struct span path, int *fd,
			     struct err *e);
/* A second descriptor of the same open file. */
MUST_USE bool fs_dup(int fd, int *out, struct err *e);
MUST_USE bool fs_size(int fd, uint64_t *size, struct err *e);
/* The bytes that a file takes on the disk: less than its size with holes. */
MUST_USE bool fs_room(int fd, uint64_t *room, struct err *e);

/* The whole file, at most max bytes (ERR_LIMIT above), in the arena. The path
 * "-" is standard input. */
MUST_USE bool fs_read(const char *path, size_t max, struct arena *a,
		      struct span *out, struct err *e);
MUST_USE bool fs_read_fd(int fd, size_t max, struct arena *a, struct span *out,
			 struct err *e);
/* Up to n bytes; *got less than n only at the end of the file. */
MUST_USE bool fs_read_some(int fd, void *p, size_t n, size_t *got,
			   struct err *e);
MUST_USE bool fs_pread_some(int fd, void *p, size_t n, uint64_t at, size_t *got,
			    struct err *e);
/* Exactly n bytes, else ERR_INPUT "ends early". */
MUST_USE bool fs_pread(int fd, void *p, size_t n, uint64_t at, struct err *e);
/* A regular file as a blob; the descriptor stays the caller's. */
MUST_USE bool fs_blob(int fd, struct blob *out, struct err *e);
MUST_USE bool fs_write(int fd, struct span s, struct err *e);
/* Longer: zeros that take no room are added; shorter: cut. */
MUST_USE bool fs_resize(int fd, uint64_t size, struct err *e);
MUST_USE bool fs_pwrite(int fd, struct span s, uint64_t at, struct err *e);
/* Lets the disk begin with these bytes, so that a later sync waits less. A
 * hint: nothing is promised, and nothing fails. */
void fs_write_behind(int fd, uint64_t at, uint64_t n);

/*
 * A file being made. Until out_commit nothing is visible under its name: the
 * bytes are in an unnamed file (O_TMPFILE), or, where the file system has
 * none, in ".NAME.XXXXXX" beside it. A killed program leaves the old or the
 * new. Use with DEFER(out_abort).
 */
struct out {
	int fd;
	char *path; /* the name it will have */
	char *tmp;  /* the name it has now, or NULL while unnamed */
	bool pipe;  /* not a regular file: written directly (/dev/stdout) */
};
#define OUT_NONE ((struct out){ .fd = -1 })
MUST_USE bool out_open(struct out *o, const char *path, mode_t mode,
		       struct err *e);
/* Flushes to the disk and renames over the old file. */
MUST_USE bool out_commit(struct out *o, struct err *e);
/*
 * Several files that belong together, the first being what the others are
 * about. Old ones of those others go away before the first one appears, so
 * that a program that is killed leaves the old state, the new one, or the
 * first file alone: never one beside what was said of another.
 */
MUST_USE bool out_commit_all(struct out *const *v, size_t n, struct err *e);
void out_abort(struct out *o); /* no-op after a commit */
/* out_open, write, out_commit. */
MUST_USE bool fs_write_file(const char *path, struct span s, mode_t mode,
			    struct err *e);

/* An unnamed temporary file in dir, or, when NULL, in TMPDIR or /var/tmp. */
MUST_USE bool fs_tmpfile(const char *dir, int *fd, struct err *e);
/* A new directory in TMPDIR or /var/tmp, mode 0700; remove it with
 * fs_remove_tree. path holds at least 64 bytes more than TMPDIR. */
MUST_USE bool fs_tmpdir(struct arena *a, char **path, struct err *e);
/* Whatever its depth and modes; what cannot be removed stays. */
void fs_remove_tree(const char *path);
/* Removes a name that is no directory; nothing happens when it is not there. */
void fs_unlink(const char *path);

MUST_USE bool fs_mkdirs(const char *path, mode_t mode, struct err *e);
/*
 * A directory as output, made when it is not there; as with files, its parent
 * must be there, unless parents is set, for places of our own choice. *made:
 * how many directories were made, for fs_unmake_dir when what was to be
 * written there failed.
 */
MUST_USE bool fs_make_dir(const char *path, mode_t mode, bool parents,
			  unsigned *made, struct err *e);
/* Removes the last `made` directories of the path, when they are empty. */
void fs_unmake_dir(const char *path, unsigned made);
/* Names in an open directory without "." and "..", in byte order. */
MUST_USE bool fs_list(int dirfd, struct arena *a, struct span **names,
		      size_t *n, struct err *e);
/* The path without symbolic links, "." and ".."; NULL when there is none. */
char *fs_real_path(struct arena *a, const char *path);
/* The directory, or the highest one above it, that other users may not enter;
 * NULL when there is none. */
char *fs_closed_dir(struct arena *a, const char *path);
/* The real path of the running program's directory, or NULL. */
char *fs_program_dir(struct arena *a);
