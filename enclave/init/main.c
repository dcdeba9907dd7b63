/*
 * Veraclave's init: process 1 of an enclave.
 *
 * It does everything from the kernel's start to the application's: console,
 * security module, heartbeat, root file system, then the one process that the
 * image describes. The steps are those of AWS's init, in the same order, so
 * that each can replace the other. In addition this init reads the `process`
 * and `caps` files (spec.h), brings up loopback, keeps /tmp executable,
 * switches to the image's user and reports the exit status.
 */
#include "app.h"
#include "boot.h"
#include "msg.h"
#include "root.h"
#include "spec.h"
#include "sys.h"

#include <asm/errno.h>
#include <linux/fcntl.h>

int init_main(void);

struct file {
	char *text;
	size_t n;
	bool there;
};

/* Reads a control file and removes it from the ramdisk. */
static struct file
take(const char *path)
{
	struct file f = { 0 };
	long n = sys_slurp(path, PROCESS_FILE_MAX, &f.text);

	if (n == -ENOENT)
		return f;
	if (n < 0)
		DIE_ERR(n, "cannot read ", path);
	f.n = (size_t)n;
	f.there = true;
	SYS3(unlinkat, AT_FDCWD, path, 0);
	return f;
}

static struct pool
pool_for(struct file f)
{
	struct pool pool;

	pool.p = sys_alloc(spec_pool_size(f.n));
	if (!pool.p)
		DIE("out of memory");
	pool.end = pool.p + spec_pool_size(f.n);
	return pool;
}

/* Returns the application, from `process` or from `cmd` and `env`. */
static struct process
application(void)
{
	struct file process = take("/process");
	struct file cmd = take("/cmd");
	struct file env = take("/env");
	struct process p = { 0 };
	struct pool pool = pool_for(process);
	struct pool cmd_pool = pool_for(cmd);
	struct pool env_pool = pool_for(env);
	const char *why;

	if (process.there) {
		why = spec_process(process.text, process.n, &pool, &p);
	} else {
		if (!cmd.there)
			SAY("the ramdisk has no process and no cmd file; "
			    "running sh");
		why = spec_cmd(cmd.text, cmd.n, &cmd_pool, &p);
		if (!why)
			why = spec_env(env.text, env.n, &env_pool, &p);
	}
	if (why)
		DIE(why);
	return p;
}

int
init_main(void)
{
	sigbits all = SIG_ALL;
	struct process p;
	struct file caps;

	/* Process 1 reads its signals one by one, in app_run(). */
	SYS4(rt_sigprocmask, 2 /* SIG_SETMASK */, &all, 0, sizeof(all));
	SYS1(umask, 0);
	boot_console();
	boot_nsm_module();
	boot_heartbeat();

	p = application();
	caps = take("/caps");
	SYS3(unlinkat, AT_FDCWD, "/init", 0);
	root_switch();
	root_furnish();
	root_loopback();
	root_apply_caps(caps.text, caps.n);
	/* Java and other programs look up their host name, which must
	 * resolve. */
	SYS2(sethostname, "localhost", 9);
	app_run(&p);
}
