/*
 * Files. Reading goes through descriptors. Writing makes a new file that
 * appears under its name only when it is complete: files are replaced, not
 * edited.
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
int fd_take(int *fd);    /* transfers *fd to the caller: *fd becomes -1 */

enum fs_kind { FS_NONE, FS_FILE, FS_DIR, FS_OTHER };
/* Returns the kind of a path after symbolic links are followed; FS_NONE also if
 * it is unreachable. */
enum fs_kind fs_kind(const char *path);

/* Whether the name exists; a symbolic link without a target counts. */
bool fs_there(const char *path);

MUST_USE bool fs_open(const char *path, int *fd, struct err *e);
/* Opens a regular file for reading at any offset. "-" is standard input. Input
 * from a pipe or a device is first copied to an unnamed temporary file: at most
 * as many bytes as `most` returns for the first FS_HEAD bytes. The reader of
 * the format reports what is wrong with longer or shorter input. */
enum { FS_HEAD = 8192 };
MUST_USE bool fs_open_any(const char *path, uint64_t (*most)(struct span head),
			  int *fd, struct err *e);
MUST_USE bool fs_open_dir(const char *path, int *fd, struct err *e);
/* Opens a regular file below an open directory. No component may be a symbolic
 * link or lead outside. */
MUST_USE bool fs_open_beneath(int dirfd, struct span path, int *fd,
			      struct err *e);
/* As fs_open_beneath, but follows symbolic links, absolute ones included, that
 * stay below the directory. A path that does not exist or leads out is
 * ERR_INPUT: the directory's owner is responsible for what it contains. */
MUST_USE bool fs_open_inside(int dirfd, struct span path, int *fd,
			     struct err *e);
/* Makes a second descriptor of the same open file. */
MUST_USE bool fs_dup(int fd, int *out, struct err *e);
MUST_USE bool fs_size(int fd, uint64_t *size, struct err *e);
/* Reports the bytes that a file occupies on the disk: fewer than its size if it
 * has holes. */
MUST_USE bool fs_room(int fd, uint64_t *room, struct err *e);

/* Reads the whole file, at most max bytes (else ERR_LIMIT), into the arena. The
 * path "-" is standard input. */
MUST_USE bool fs_read(const char *path, size_t max, struct arena *a,
		      struct span *out, struct err *e);
MUST_USE bool fs_read_fd(int fd, size_t max, struct arena *a, struct span *out,
			 struct err *e);
/* Reads up to n bytes; *got is less than n only at the end of the file. */
MUST_USE bool fs_read_some(int fd, void *p, size_t n, size_t *got,
			   struct err *e);
MUST_USE bool fs_pread_some(int fd, void *p, size_t n, uint64_t at, size_t *got,
			    struct err *e);
/* Reads exactly n bytes, else ERR_INPUT "ends early". */
MUST_USE bool fs_pread(int fd, void *p, size_t n, uint64_t at, struct err *e);
/* Makes a blob of a regular file; the caller still owns the descriptor. */
MUST_USE bool fs_blob(int fd, struct blob *out, struct err *e);
MUST_USE bool fs_write(int fd, struct span s, struct err *e);
/* Extends the file by a hole of zeros, or cuts it. */
MUST_USE bool fs_resize(int fd, uint64_t size, struct err *e);
MUST_USE bool fs_pwrite(int fd, struct span s, uint64_t at, struct err *e);
/* Lets the disk begin with these bytes, so that a later sync waits less. This
 * is a hint and cannot fail. */
void fs_write_behind(int fd, uint64_t at, uint64_t n);

/*
 * A file being made. Until out_commit nothing is visible under its name: the
 * bytes are in an unnamed file (O_TMPFILE), or, if the file system does not
 * support that, in ".NAME.XXXXXX" beside it. If the program is killed, the old
 * or the new file is left. Use with DEFER(out_abort).
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
/* Flushes the file to the disk and renames it over the old file. */
MUST_USE bool out_commit(struct out *o, struct err *e);
/*
 * Commits several files that belong together: the first one, and others that
 * describe it. Old files of those others are removed before the first one
 * appears. A program that is killed therefore leaves the old state, the new
 * state, or the first file alone, but never a file beside the description of
 * another.
 */
MUST_USE bool out_commit_all(struct out *const *v, size_t n, struct err *e);
void out_abort(struct out *o); /* no-op after a commit */
/* Calls out_open, writes s, and calls out_commit. */
MUST_USE bool fs_write_file(const char *path, struct span s, mode_t mode,
			    struct err *e);

/* Opens an unnamed temporary file in dir, or, if dir is NULL, in TMPDIR or
 * /var/tmp. */
MUST_USE bool fs_tmpfile(const char *dir, int *fd, struct err *e);
/* Makes a directory in TMPDIR or /var/tmp, mode 0700; remove it with
 * fs_remove_tree. path has room for at least 64 bytes more than TMPDIR. */
MUST_USE bool fs_tmpdir(struct arena *a, char **path, struct err *e);
/* Removes a tree of any depth and modes; what cannot be removed stays. */
void fs_remove_tree(const char *path);
/* Removes a name that is not a directory; does nothing if it does not exist. */
void fs_unlink(const char *path);

MUST_USE bool fs_mkdirs(const char *path, mode_t mode, struct err *e);
/*
 * Makes an output directory if it does not exist. As with files, its parent
 * must exist, unless `parents` is set, which is for paths that we choose
 * ourselves. *made is how many directories were made, for fs_unmake_dir if
 * writing there fails.
 */
MUST_USE bool fs_make_dir(const char *path, mode_t mode, bool parents,
			  unsigned *made, struct err *e);
/* Removes the last `made` directories of the path if they are empty. */
void fs_unmake_dir(const char *path, unsigned made);
/* Lists the names in an open directory without "." and "..", in byte order. */
MUST_USE bool fs_list(int dirfd, struct arena *a, struct span **names,
		      size_t *n, struct err *e);
/* Returns the path without symbolic links, "." and "..", or NULL if it does not
 * exist. */
char *fs_real_path(struct arena *a, const char *path);
/* Returns the directory, or the highest one above it, that other users cannot
 * enter; NULL if there is none. */
char *fs_closed_dir(struct arena *a, const char *path);
/* Returns the real path of the running program's directory, or NULL. */
char *fs_program_dir(struct arena *a);
