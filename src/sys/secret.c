#include "sys/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>

#include "base/fmt.h"
#include "base/num.h"
#include "sys/fs.h"

bool
secret_alloc(struct secret *s, size_t cap, struct err *e)
{
	*s = (struct secret){ 0 };
	void *p = mmap(NULL, cap, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return err_sys(e, errno, "out of memory for a secret");
	/* Each of these is useful if it is granted, and optional. */
	IGNORE(mlock(p, cap) == 0);
	IGNORE(madvise(p, cap, MADV_DONTDUMP) == 0);
	IGNORE(madvise(p, cap, MADV_WIPEONFORK) == 0);
	*s = (struct secret){ .p = p, .cap = cap };
	return true;
}

void
secret_free(struct secret *s)
{
	if (!s->p)
		return;
	explicit_bzero(s->p, s->cap);
	munmap(s->p, s->cap);
	*s = (struct secret){ 0 };
}

static bool
fill(struct secret *s, int fd, const char *path, size_t max, struct err *e)
{
	size_t got = 1;
	while (got && s->n <= max) {
		if (!fs_read_some(fd, s->p + s->n, max + 1 - s->n, &got, e))
			return false;
		s->n += got;
	}
	if (s->n > max)
		return err_set(e, ERR_LIMIT, "%s: more than %zu bytes",
			       show_str(path).s, max);
	return true;
}

bool
secret_read(struct secret *s, const char *path, size_t max, struct err *e)
{
	struct span name = span_str(path);
	DEFER(fd_closep) int fd = -1;
	uint64_t n = 0;
	if (!secret_alloc(s, max + 1, e))
		return false;
	if (span_starts(name, SPAN("fd:"))) {
		if (!num_parse(span_from(name, 3), &n) || n > INT32_MAX)
			return err_set(e, ERR_USAGE, "%s: not fd:NUMBER",
				       show_str(path).s);
		fd = (int)n;
	} else if (!fs_open(path, &fd, e)) {
		return false;
	}
	bool ok = fill(s, fd, path, max, e);
	if (!ok)
		secret_free(s);
	return ok;
}

/* The terminal with its echo off, until it is restored. */
struct tty {
	int fd;
	struct termios before;
	bool changed;
};

static void
tty_close(struct tty *t)
{
	if (t->changed)
		IGNORE(tcsetattr(t->fd, TCSAFLUSH, &t->before) == 0);
	fd_closep(&t->fd);
}

/* Reads one line with its end. */
static bool
type(struct secret *s, int fd, size_t max, struct err *e)
{
	size_t got = 1;
	while (got && s->n <= max && (!s->n || s->p[s->n - 1] != '\n')) {
		if (!fs_read_some(fd, s->p + s->n, 1, &got, e))
			return false;
		s->n += got;
	}
	return s->n <= max ||
	       err_set(e, ERR_LIMIT, "more than %zu characters", max);
}

bool
secret_ask(struct secret *s, const char *prompt, size_t max, struct err *e)
{
	DEFER(tty_close) struct tty t = { .fd = -1 };
	t.fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (t.fd < 0 || tcgetattr(t.fd, &t.before) != 0)
		return true;
	if (!secret_alloc(s, max + 1, e))
		return false;
	struct termios quiet = t.before;
	quiet.c_lflag &= (tcflag_t)~ECHO;
	t.changed = tcsetattr(t.fd, TCSAFLUSH, &quiet) == 0;
	bool ok = t.changed ? fs_write(t.fd, span_str(prompt), e) &&
				      type(s, t.fd, max, e) &&
				      fs_write(t.fd, SPAN("\n"), e)
			    : err_set(e, ERR_SYS,
				      "cannot turn off the terminal's echo");
	if (!ok)
		secret_free(s);
	return ok;
}

struct span
secret_span(const struct secret *s)
{
	return span_of(s->p, s->n);
}

struct span
secret_line(const struct secret *s)
{
	struct span line = secret_span(s);
	if (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}
