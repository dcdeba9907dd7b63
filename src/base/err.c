#define ERR_IMPLEMENTATION
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
assert_fail(const char *what, const char *file, int line)
{
	fprintf(stderr,
		"veraclave: internal error: %s (%s:%d)\n"
		"This is a bug. Please report it with the command that "
		"you ran.\n",
		what, file, line);
	abort();
}

bool
err_setv(struct err *e, enum err_code code, const char *fmt, va_list ap)
{
	*e = (struct err){ .code = code };
	vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	return false;
}

bool
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	err_setv(e, code, fmt, ap);
	va_end(ap);
	return false;
}

static const char *
sys_hint(int sys)
{
	switch (sys) {
	case ENOSPC:
	case EDQUOT:
		return "free some space, or choose another place for the "
		       "output and for TMPDIR";
	case EACCES:
	case EPERM:
		return "check the permissions of the file and of the "
		       "directories above it";
	case EMFILE:
		return "raise the limit on open files (ulimit -n)";
	case EROFS:
		return "choose a place on a writable file system";
	default:
		return "";
	}
}

bool
err_sys(struct err *e, int sys, const char *fmt, ...)
{
	va_list ap;
	*e = (struct err){ .code = sys == ENOENT ? ERR_NOTFOUND : ERR_SYS,
			   .sys = sys };
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	size_t n = strlen(e->msg);
	snprintf(e->msg + n, sizeof e->msg - n, ": %s", strerror(sys));
	snprintf(e->hint, sizeof e->hint, "%s", sys_hint(sys));
	return false;
}

bool
err_ctx(struct err *e, const char *fmt, ...)
{
	char front[sizeof e->msg];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(front, sizeof front, fmt, ap);
	va_end(ap);
	size_t n = strlen(front), old = strlen(e->msg);
	if (n > sizeof e->msg / 2)
		n = sizeof e->msg / 2;
	if (n + 2 + old >= sizeof e->msg)
		old = sizeof e->msg - n - 3;
	memmove(e->msg + n + 2, e->msg, old);
	memcpy(e->msg, front, n);
	memcpy(e->msg + n, ": ", 2);
	e->msg[n + 2 + old] = '\0';
	return false;
}

bool
err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof e->hint, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_id(struct err *e, const char *id)
{
	e->id = id;
	return false;
}

bool
err_full(struct err *e, const char *what)
{
	err_set(e, ERR_LIMIT, "%s does not fit in the memory set aside for it",
		what);
	return err_id(e, "memory-limit");
}

int
err_exit_status(enum err_code code)
{
	static const int status[] = {
		[OK] = 0,        [ERR_USAGE] = 2,   [ERR_INPUT] = 3,
		[ERR_LIMIT] = 3, [ERR_REFUSED] = 1, [ERR_NOTFOUND] = 4,
		[ERR_SYS] = 4,   [ERR_NET] = 4,     [ERR_BUG] = 70,
	};
	return (size_t)code < COUNT(status) ? status[code] : 70;
}
