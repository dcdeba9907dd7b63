#include "msg.h"

#include "spec.h"
#include "sys.h"

#include <asm/errno.h>
#include <linux/reboot.h>
#include <stdarg.h>

static const struct {
	int err;
	const char *text;
} meanings[] = {
	{ EPERM, "not permitted" },
	{ ENOENT, "no such file or directory" },
	{ EIO, "input/output error" },
	{ E2BIG, "arguments and environment are too long" },
	{ ENOEXEC, "not a program for this machine" },
	{ ENOMEM, "out of memory" },
	{ EACCES, "permission denied" },
	{ EEXIST, "already there" },
	{ ENODEV, "no such device" },
	{ ENOTDIR, "not a directory" },
	{ EISDIR, "a directory" },
	{ EINVAL, "invalid argument" },
	{ EFBIG, "too big" },
	{ ENOSPC, "no space left" },
	{ ELOOP, "too many symbolic links" },
	{ ENOSYS, "not in this kernel" },
	{ EOPNOTSUPP, "not supported" },
	{ EAFNOSUPPORT, "not in this kernel" },
	{ ECONNRESET, "nobody answers" },
	{ ETIMEDOUT, "timed out" },
	{ ECONNREFUSED, "nobody answers" },
};

struct line {
	char text[512];
	size_t n;
};

static void
add(struct line *l, const char *s)
{
	while (*s && l->n < sizeof(l->text) - 1)
		l->text[l->n++] = *s++;
}

static void
add_all(struct line *l, const char *first, va_list more)
{
	add(l, "veraclave-init: ");
	for (const char *s = first; s; s = va_arg(more, const char *))
		add(l, s);
}

static void
put(struct line *l)
{
	l->text[l->n++] = '\n';
	SYS3(write, 2, l->text, l->n);
}

void
msg_say(const char *first, ...)
{
	struct line l = { .n = 0 };
	va_list more;

	va_start(more, first);
	add_all(&l, first, more);
	va_end(more);
	put(&l);
}

void
msg_say_err(long err, const char *first, ...)
{
	struct line l = { .n = 0 };
	struct digits d = { 0 };
	va_list more;

	va_start(more, first);
	add_all(&l, first, more);
	va_end(more);
	add(&l, ": ");
	for (size_t i = 0; i < COUNT(meanings); i++) {
		if (meanings[i].err == -err) {
			add(&l, meanings[i].text);
			put(&l);
			return;
		}
	}
	add(&l, "error ");
	add(&l, msg_number(&d, (uint64_t)-err));
	put(&l);
}

const char *
msg_number(struct digits *d, uint64_t v)
{
	char *p = d->text + sizeof(d->text);

	*--p = '\0';
	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	return p;
}

void
msg_end(void)
{
	SYS0(sync);
	SYS4(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
	     LINUX_REBOOT_CMD_RESTART, 0);
	/* The machine cannot restart: power off, else panic. */
	SYS4(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
	     LINUX_REBOOT_CMD_POWER_OFF, 0);
	for (;;)
		SYS1(exit_group, 1);
}
