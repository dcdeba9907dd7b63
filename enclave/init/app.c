#include "app.h"

#include "ingress.h"
#include "msg.h"
#include "sys.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/resource.h>
#include <linux/wait.h>

#define SIGNAL_CHILD     17
#define SIGNAL_SET       1 /* SIG_BLOCK is 0, SIG_UNBLOCK 1, SIG_SETMASK 2 */
#define LIMIT_OPEN_FILES 7

/* Docker adds this if the image sets no PATH. */
static char default_path[] =
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

static void
exec_file(const struct process *p, char *file)
{
	long ret = SYS3(execve, file, p->argv, p->env);
	char **sh;

	if (ret != -ENOEXEC || !p->shell_fallback)
		return;
	/* As AWS's init does, runs a script without `#!` with the shell. */
	sh = sys_alloc((p->argc + 2) * sizeof(*sh));
	if (!sh)
		return;
	sh[0] = p->argv[0];
	sh[1] = file;
	for (size_t i = 1; i <= p->argc; i++)
		sh[i + 1] = p->argv[i];
	SYS3(execve, "/bin/sh", sh, p->env);
}

/* Writes DIR/NAME; returns false if it is too long. */
static bool
join(char *to, const char *dir, size_t dir_n, const char *name)
{
	size_t n = str_len(name), at = 0;

	if (dir_n + n + 3 > PATH_MAX)
		return false;
	if (!dir_n)
		to[at++] = '.'; /* an empty element is the current directory */
	for (size_t i = 0; i < dir_n; i++)
		to[at++] = dir[i];
	to[at++] = '/';
	for (size_t i = 0; i <= n; i++)
		to[at + i] = name[i];
	return true;
}

/* Returns the error that the search ends with: an existing file that cannot be
 * run takes precedence over a directory without one. */
static long
exec_search(const struct process *p)
{
	const char *path = spec_getenv(p, "PATH");
	static char file[PATH_MAX];
	long worst = -ENOENT;

	for (;;) {
		size_t n = 0;

		while (path[n] && path[n] != ':')
			n++;
		if (join(file, path, n, p->argv[0])) {
			exec_file(p, file);
			/* exec failed: does the file exist? */
			if (SYS3(faccessat, AT_FDCWD, file, 0) >= 0)
				worst = -EACCES;
		}
		if (!path[n])
			return worst;
		path += n + 1;
	}
}

static long
exec_app(const struct process *p)
{
	for (const char *s = p->argv[0]; *s; s++) {
		if (*s != '/')
			continue;
		exec_file(p, p->argv[0]);
		return SYS3(execve, p->argv[0], p->argv, p->env);
	}
	return exec_search(p);
}

/* Becomes the user of the image. Only user 0 keeps its capabilities. */
static void
drop_privileges(const struct process *p)
{
	long ret;

	/* so that the application can open /dev/stdout again, as in Docker */
	SYS3(fchown, 0, p->uid, -1);
	ret = SYS2(setgroups, p->groups_n, p->groups);
	if (ret >= 0)
		ret = SYS1(setgid, p->gid);
	if (ret >= 0)
		ret = SYS1(setuid, p->uid);
	if (ret >= 0)
		return;
	SAY_ERR(ret, "cannot become the user of the image");
	SYS1(exit_group, 126);
}

static void
child(const struct process *p)
{
	/* A high limit for programs that raise it, a low one for those that use
	 * select. */
	struct rlimit64 files = { .rlim_cur = 1024, .rlim_max = 524288 };
	sigbits none = 0;
	long ret;

	SYS0(setsid);
	SYS4(prlimit64, 0, LIMIT_OPEN_FILES, &files, 0);
	SYS1(umask, 022);
	drop_privileges(p);
	ret = SYS1(chdir, p->cwd);
	if (ret < 0) {
		SAY_ERR(ret, "cannot enter the working directory ", p->cwd);
		SYS1(exit_group, 126);
	}
	SYS4(rt_sigprocmask, 2 /* SIG_SETMASK */, &none, 0, sizeof(none));
	ret = exec_app(p);
	SAY_ERR(ret, "cannot run ", p->argv[0]);
	SYS1(exit_group, ret == -ENOENT ? 127 : 126);
}

static void
report(int status)
{
	struct digits code = { 0 }, sig = { 0 };
	int by = status & 0x7f;

	if (!by) {
		SAY("application exited with status ",
		    msg_number(&code, (uint64_t)(status >> 8 & 0xff)));
		return;
	}
	SAY("application exited with status ",
	    msg_number(&code, 128 + (uint64_t)by), " killed by signal ",
	    msg_number(&sig, (uint64_t)by));
}

/* Collects every process that has ended; returns true once the application
 * has. */
static bool
reap(long app, long ingress, int *status)
{
	for (;;) {
		int st = 0;
		long pid = SYS4(wait4, -1, &st, WNOHANG, 0);

		if (pid == app) {
			*status = st;
			return true;
		}
		if (pid <= 0)
			return false;
		if (pid == ingress)
			DIE("the process that leads ports on has ended");
	}
}

void
app_run(struct process *p)
{
	sigbits all = SIG_ALL;
	int status = 0;
	long app, ingress;

	if (!spec_getenv(p, "PATH"))
		spec_addenv(p, default_path);
	ingress = ingress_start(p);
	app = SYS5(clone, SIGNAL_CHILD, 0, 0, 0, 0);
	if (app < 0)
		DIE_ERR(app, "cannot start a process");
	if (!app)
		child(p);
	while (!reap(app, ingress, &status)) {
		long sig = SYS4(rt_sigtimedwait, &all, 0, 0, sizeof(all));

		if (sig > 0 && sig != SIGNAL_CHILD)
			SYS2(kill, app, sig);
	}
	report(status);
	msg_end();
}
