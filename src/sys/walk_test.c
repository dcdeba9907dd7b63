#include "sys/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/test.h"
#include "sys/fs.h"

/* Returns all paths, joined by spaces; the root is ".". */
static const char *
paths(struct test *t, int dirfd, struct err *e)
{
	static const char mark[] = { '\0', '/', '@', 'c', 'b', '|', '=' };
	DEFER(buf_free) struct buf b = buf_max(1 << 23);
	DEFER(walk_close) struct walk *w = NULL;
	struct walk_entry x;
	bool more = true;
	CHECK_OK(t, walk_open(&w, dirfd, &t->arena, e), e);
	for (;;) {
		if (!walk_next(w, &x, &more, e))
			return NULL;
		if (!more)
			break;
		buf_str(&b, x.path.n ? " " : ".");
		buf_span(&b, x.path);
		if (mark[x.type])
			buf_u8(&b, (uint8_t)mark[x.type]);
		buf_span(&b, x.link);
	}
	return arena_cstr(&t->arena, buf_view(&b));
}

static int
make(struct test *t, char **dir)
{
	struct err e = { 0 };
	int fd = -1;
	*dir = arena_fmt(&t->arena, "%s/tree", test_dir(t));
	CHECK(t, mkdir(*dir, 0755) == 0 && fs_open_dir(*dir, &fd, &e));
	return fd;
}

TEST(every_type_in_order)
{
	struct err e = { 0 };
	char *dir;
	int fd = make(t, &dir);
	struct sockaddr_un s = { .sun_family = AF_UNIX };
	CHECK(t, mkdirat(fd, "b", 0755) == 0 && mkdirat(fd, "b/c", 0) == 0);
	CHECK(t, mkdirat(fd, "empty", 0755) == 0);
	CHECK(t, close(openat(fd, "b.x", O_CREAT | O_WRONLY, 0600)) == 0);
	CHECK(t, close(openat(fd, "b/z", O_CREAT | O_WRONLY, 0600)) == 0);
	CHECK(t, close(openat(fd, "a", O_CREAT | O_WRONLY, 0600)) == 0);
	CHECK(t, symlinkat("/etc", fd, "link") == 0);
	CHECK(t, mkfifoat(fd, "pipe", 0600) == 0);
	char *path = arena_fmt(&t->arena, "%s/sock", dir);
	CHECK(t, fchmodat(fd, "b/c", 0755, 0) == 0);
	if (strlen(path) < sizeof s.sun_path) {
		int k = socket(AF_UNIX, SOCK_STREAM, 0);
		memcpy(s.sun_path, path, strlen(path));
		CHECK(t, bind(k, (struct sockaddr *)&s, sizeof s) == 0);
		fd_close(k);
	}
	CHECK_STR(t, paths(t, fd, &e),
		  "./ a b/ b/c/ b/z b.x empty/ link@/etc pipe| sock=");
	fd_close(fd);
}

TEST(metadata_and_attributes)
{
	DEFER(walk_close) struct walk *w = NULL;
	struct walk_entry x;
	struct err e = { 0 };
	bool more;
	char *dir;
	int fd = make(t, &dir);
	struct timespec times[2] = { { 1, 2 }, { -5, 900000000 } };
	int f = openat(fd, "f", O_CREAT | O_WRONLY, 0600);
	CHECK(t, write(f, "abc", 3) == 3 && fchmod(f, 04711) == 0);
	CHECK(t, futimens(f, times) == 0);
	bool has = fsetxattr(f, "user.b", "2", 1, 0) == 0 &&
		   fsetxattr(f, "user.a", "\0\1", 2, 0) == 0;
	fd_close(f);
	CHECK(t, linkat(fd, "f", fd, "g", 0) == 0);
	CHECK_OK(t, walk_open(&w, fd, &t->arena, &e), &e);
	CHECK_OK(t, walk_next(w, &x, &more, &e) && more, &e);
	CHECK_OK(t, walk_next(w, &x, &more, &e) && more, &e);
	CHECK(t, x.mode == 04711 && x.size == 3 && x.links == 2);
	CHECK(t, x.mtime == -5 && x.uid == geteuid());
	if (has) {
		CHECK(t, span_is(x.xattr->name, "user.a"));
		CHECK_SPAN(t, x.xattr->value, SPAN("\0\1"));
		CHECK(t, span_is(x.xattr->next->name, "user.b"));
	}
	uint64_t ino = x.ino;
	CHECK_OK(t, walk_next(w, &x, &more, &e) && more, &e);
	CHECK(t, x.ino == ino && span_is(x.path, "g"));
	CHECK_OK(t, walk_next(w, &x, &more, &e) && !more, &e);
	fd_close(fd);
}

TEST(kernel_file_systems_are_not_entered)
{
	DEFER(walk_close) struct walk *w = NULL;
	struct walk_entry x;
	struct err e = { 0 };
	bool more;
	int fd = -1;
	CHECK(t, fs_open_dir("/proc", &fd, &e));
	CHECK_OK(t, walk_open(&w, fd, &t->arena, &e), &e);
	CHECK_OK(t, walk_next(w, &x, &more, &e) && more, &e);
	CHECK(t, x.pseudo);
	CHECK_OK(t, walk_next(w, &x, &more, &e) && !more, &e);
	fd_close(fd);
}

/* The tree is deeper than descriptors could be kept open, up to the longest
 * path. */
TEST(deep_trees)
{
	enum { DEEP = 1500 };
	struct err e = { 0 };
	char *dir;
	int fd = make(t, &dir), at = dup(fd);
	for (int i = 0; i < DEEP; i++) {
		CHECK(t, mkdirat(at, "d", 0755) == 0);
		int next = openat(at, "d", O_DIRECTORY | O_RDONLY);
		fd_close(at);
		at = next;
	}
	fd_close(at);
	const char *all = paths(t, fd, &e);
	CHECK_OK(t, all != NULL, &e);
	size_t slashes = 0;
	for (const char *p = all; p && *p; p++)
		slashes += *p == ' ';
	CHECK_U(t, slashes, DEEP);
	fd_close(fd);
}

TEST(unreadable_files_are_named)
{
	struct err e = { 0 };
	char *dir;
	int fd = make(t, &dir);
	fd_close(openat(fd, "secret", O_CREAT | O_WRONLY, 0));
	if (geteuid() == 0) {
		test_skip(t, "root reads everything");
	} else {
		CHECK(t, !paths(t, fd, &e));
		CHECK_HAS(t, e.msg, "secret");
		CHECK_HAS(t, e.hint, "root");
	}
	fd_close(fd);
}
