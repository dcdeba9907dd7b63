/*
 * Unpacking any ramdisk touches nothing outside of its directory, and leaves
 * only directories, files and symbolic links there, none with a set-id bit.
 */
#include "ramdisk/unpack.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/fuzz.h"
#include "codec/unzip.h"
#include "sys/fs.h"

static int
look(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	mode_t type = st->st_mode & S_IFMT;
	(void)path, (void)flag, (void)ftw;
	ASSERT(type == S_IFDIR || type == S_IFREG || type == S_IFLNK);
	ASSERT((st->st_mode & (S_ISUID | S_ISGID | S_ISVTX)) == 0);
	return 0;
}

/* `base` contains the file "beside", one byte, and the directory "in". */
static void
check(const char *base, const char *beside, const char *in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct span *names;
	struct stat st;
	size_t n;
	int fd = -1;
	ASSERT(fs_open_dir(base, &fd, &e) && fs_list(fd, &a, &names, &n, &e));
	fd_close(fd);
	ASSERT(n == 2 && span_is(names[0], "beside") &&
	       span_is(names[1], "in"));
	ASSERT(lstat(beside, &st) == 0 && S_ISREG(st.st_mode));
	ASSERT(st.st_size == 1 && st.st_nlink == 1);
	ASSERT((st.st_mode & 07777) == 0640);
	ASSERT(nftw(in, look, 16, FTW_PHYS) == 0);
	arena_finish(&a);
}

FUZZ(in)
{
	char base[] = "/dev/shm/veraclave.XXXXXX";
	char beside[sizeof base + 8], dir[sizeof base + 8];
	struct unpack_count count = { 0 };
	struct blob b = blob_of(&in);
	struct err e = { 0 };
	int fd = -1;
	/* a few bytes of these become gigabytes: codec/unzip has its own
	 * target */
	if (unzip_guess(in) != UNZIP_NONE && in.n > 200)
		return;
	ASSERT(mkdtemp(base));
	snprintf(beside, sizeof beside, "%s/beside", base);
	snprintf(dir, sizeof dir, "%s/in", base);
	ASSERT(fs_write_file(beside, SPAN("x"), 0640, &e) &&
	       mkdir(dir, 0755) == 0 && fs_open_dir(dir, &fd, &e));
	if (!ramdisk_unpack(&b, fd, &(struct unpack_plan){ 0 }, &count, &e))
		ASSERT(e.code != OK && e.msg[0]);
	fd_close(fd);
	check(base, beside, dir);
	fs_remove_tree(base);
}
