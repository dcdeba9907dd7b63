#include "sys/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/path.h"
#include "base/span.h"
#include "sys/fs.h"

static const char default_path[] = "/usr/bin:/bin";
static const char *const admin[] = { "/usr/local/sbin", "/usr/sbin", "/sbin" };

static bool
has_part(const char *path, const char *dir)
{
	struct span rest = span_str(path);
	while (rest.n)
		if (span_is(span_cut(&rest, ':'), dir))
			return true;
	return false;
}

char *
exec_search(struct arena *a)
{
	const char *set = getenv("PATH");
	char *s = arena_fmt(a, "%s", set ? set : default_path);
	for (size_t i = 0; s && i < COUNT(admin); i++)
		if (!has_part(s, admin[i]))
			s = arena_fmt(a, "%s%s%s", s, *s ? ":" : "", admin[i]);
	return s;
}

/* The first obstacle of each kind. */
struct search {
	char *locked; /* a file that is not executable */
	char *closed; /* a directory that cannot be entered */
};

static bool
look(char *file, char *dir, struct search *s)
{
	struct stat st;
	if (stat(file, &st) != 0) {
		if (errno == EACCES && !s->closed)
			s->closed = dir;
		return false;
	}
	if (!S_ISREG(st.st_mode))
		return false;
	if (faccessat(AT_FDCWD, file, X_OK, AT_EACCESS) == 0)
		return true;
	if (!s->locked)
		s->locked = file;
	return false;
}

static bool
nowhere(const char *name, const char *where, const struct search *s,
	struct err *e)
{
	if (s->locked) {
		err_sys(e, EACCES, "cannot run %s", show_str(s->locked).s);
		return err_hint(e, "make it executable (chmod a+x), or put "
				   "another one earlier in PATH");
	}
	err_set(e, ERR_NOTFOUND, "there is no program %s in %s%s%s%s",
		show_str(name).s, show_str(where).s, s->closed ? "; " : "",
		s->closed ? show_str(s->closed).s : "",
		s->closed ? " cannot be searched" : "");
	e->sys = ENOENT;
	err_hint(e, "install it, or put its directory into PATH");
	return err_id(e, "program-missing");
}

bool
exec_find(struct arena *a, const char *name, const char **path, struct err *e)
{
	struct search s = { 0 };
	const char *where = exec_search(a);
	struct span rest = span_str(where);
	*path = name;
	if (strchr(name, '/'))
		return true;
	while (rest.n) {
		struct span part = span_cut(&rest, ':');
		char *dir = part.n ? arena_cstr(a, part) : arena_fmt(a, ".");
		char *file = dir ? path_join(a, dir, name) : NULL;
		if (!file)
			return err_full(e, "the search for a program");
		*path = file;
		if (look(file, dir, &s))
			return true;
	}
	return where ? nowhere(name, where, &s, e)
		     : err_full(e, "the search for a program");
}

void
exec_clean(void)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

void
exec_now(const char *path, const char *const *argv, int fail)
{
	/* A path is not searched for. A file that is not in an executable
	 * format and has no first line is run by the shell. execvp does not
	 * write to argv; its type is older than const. */
	execvp(path, (char *const *)(uintptr_t)argv);
	int sys = errno;
	IGNORE(write(fail, &sys, sizeof sys) < 0);
	_exit(127);
}

void
exec_alone(const char *path, const char *const *argv, int out, int fail)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	setsid();
	if (null >= 0 && dup2(null, 0) >= 0 && dup2(out, 1) >= 0 &&
	    dup2(out, 2) >= 0)
		exec_now(path, argv, fail);
	int sys = errno;
	IGNORE(write(fail, &sys, sizeof sys) < 0);
	_exit(127);
}

bool
exec_failed(int sys, const char *path, struct err *e)
{
	if (sys != ENOENT || fs_kind(path) != FS_FILE)
		return err_sys(e, sys, "cannot run %s", show_str(path).s);
	err_set(e, ERR_SYS,
		"cannot run %s: the interpreter or loader that it names is "
		"missing",
		show_str(path).s);
	return err_hint(e,
			"look at its first line, or at the output of \"file\"");
}

bool
exec_began(int fail, const char *path, struct err *e)
{
	int sys = 0;
	ssize_t n = read(fail, &sys, sizeof sys);
	return n == 0 || exec_failed(n == sizeof sys ? sys : EIO, path, e);
}
