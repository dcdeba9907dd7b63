#include "run/qemu.h"

#include <string.h>

#include "base/argv.h"
#include "base/fmt.h"
#include "base/limits.h"
#include "base/path.h"
#include "sys/device.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/proc.h"

#define PROGRAM "qemu-system-x86_64"

static const char *const machine_name[] = {
	[QEMU_NITRO] = "nitro-enclave",
	[QEMU_MICROVM] = "microvm",
};

static const char *const how_to_get[] = {
	[QEMU_NITRO] = "run \"make interop\" in Veraclave's sources to build "
		       "one, or install a QEMU of version 9.2 or newer that "
		       "has it; --machine microvm boots with any QEMU",
	[QEMU_MICROVM] = "install the package qemu-system-x86",
};

/* Returns whether it lists the machine. Lines are "NAME DESCRIPTION". */
static bool
has_machine(const char *path, enum qemu_kind kind)
{
	DEFER(buf_free) struct buf out = buf_max(1 * MIB);
	const char *argv[] = { path, "-machine", "help", NULL };
	struct proc p = { .argv = argv, .out = &out, .quiet = true };
	struct err e = { 0 };
	if (!proc_check(&p, &e))
		return false;
	struct span rest = buf_view(&out);
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		if (span_is(span_cut(&line, ' '), machine_name[kind]))
			return true;
	}
	return false;
}

/* Returns the directory of firmware beside the program, as in our cache; else
 * NULL. */
static const char *
firmware_of(struct arena *a, const char *path)
{
	struct span in = path_dir(span_str(path));
	char *dir = arena_fmt(a, "%.*s/../share", SPAN_ARG(in));
	char *rom = dir ? arena_fmt(a, "%s/qboot.rom", dir) : NULL;
	return strchr(path, '/') && rom && fs_kind(rom) == FS_FILE ? dir : NULL;
}

static bool
try_path(struct arena *a, const char *path, enum qemu_kind kind, struct qemu *q)
{
	if (!path || !has_machine(path, kind))
		return false;
	q->path = path;
	q->firmware = firmware_of(a, path);
	return true;
}

static const char *
cache_dir(struct arena *a)
{
	const char *xdg = sys_env("XDG_CACHE_HOME"), *home = sys_env("HOME");
	if (xdg)
		return arena_fmt(a, "%s/veraclave", xdg);
	return home ? arena_fmt(a, "%s/.cache/veraclave", home) : NULL;
}

/* Returns the newest of our builds, which tools/qemu-nitro makes. */
static const char *
cached(struct arena *a)
{
	DEFER(fd_closep) int fd = -1;
	const char *dir = cache_dir(a), *best = NULL;
	struct err e = { 0 };
	struct span *names;
	size_t n;
	if (!dir || !fs_open_dir(dir, &fd, &e) ||
	    !fs_list(fd, a, &names, &n, &e))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		char *path = arena_fmt(a, "%s/%.*s/bin/" PROGRAM, dir,
				       SPAN_ARG(names[i]));
		if (span_starts(names[i], SPAN("qemu-nitro-")) && path &&
		    fs_kind(path) == FS_FILE)
			best = path;
	}
	return best;
}

bool
qemu_find(struct arena *a, enum qemu_kind kind, struct qemu *q, struct err *e)
{
	const char *named = sys_env("VERACLAVE_QEMU");
	if (named) {
		if (try_path(a, named, kind, q))
			return true;
		err_set(e, ERR_NOTFOUND,
			"VERACLAVE_QEMU: %s does not run or has no machine %s",
			show_str(named).s, machine_name[kind]);
		return err_hint(e, "%s", how_to_get[kind]);
	}
	if (kind == QEMU_NITRO && try_path(a, cached(a), kind, q))
		return true;
	if (try_path(a, proc_find(a, PROGRAM), kind, q))
		return true;
	if (kind != QEMU_NITRO && try_path(a, cached(a), kind, q))
		return true;
	err_set(e, ERR_NOTFOUND, "no QEMU with the machine %s was found",
		machine_name[kind]);
	return err_hint(e, "%s", how_to_get[kind]);
}

bool
qemu_kvm(struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	if (device_open("/dev/kvm", &fd, e))
		return true;
	if (e->code == ERR_NOTFOUND)
		return err_hint(e, "this machine has no KVM (load the module "
				   "kvm_intel or kvm_amd, or turn it on in the "
				   "firmware); without --kvm QEMU emulates the "
				   "processor");
	return err_hint(e, "join the group that may use it, on Debian \"sudo "
			   "usermod -aG kvm USER\", and log in again; without "
			   "--kvm QEMU emulates the processor");
}

/* Doubles commas: QEMU reads a doubled comma as one in a value. */
static const char *
escaped(struct arena *a, const char *s)
{
	char *out = s ? NEW(a, char, 2 * strlen(s) + 1) : NULL;
	char *to = out;
	for (; out && *s; s++) {
		*to++ = *s;
		if (*s == ',')
			*to++ = ',';
	}
	return out;
}

/*
 * Options that are added to the kernel's command line and not measured. The
 * machines have no keyboard controller that could restart them; with -no-reboot
 * a triple fault ends them. If the processor is emulated and the host is busy,
 * the timer's interrupts come too late for the kernel's test of the timer, and
 * it panics; under KVM the kernel skips the test.
 */
#define MORE_CMDLINE "reboot=t no_timer_check"

static void
nitro_args(struct arena *a, struct argv *l, const struct qemu_guest *g)
{
	argv_option(l, "-M",
		    g->id ? arena_fmt(a, "nitro-enclave,vsock=vsock,id=%s",
				      escaped(a, g->id))
			  : "nitro-enclave,vsock=vsock");
	argv_option(l, "-kernel", g->eif);
	argv_option(l, "-m",
		    arena_fmt(a, "%lluM", (unsigned long long)g->memory_mib));
	argv_option(l, "-append", MORE_CMDLINE);
}

static void
microvm_args(struct arena *a, struct argv *l, const struct qemu_guest *g)
{
	unsigned long long mib = g->memory_mib;
	argv_option(l, "-M", "microvm,acpi=off,memory-backend=ram");
	argv_option(l, "-object",
		    arena_fmt(a,
			      "memory-backend-memfd,id=ram,share=on,size=%lluM",
			      mib));
	argv_option(l, "-m", arena_fmt(a, "%lluM", mib));
	argv_option(l, "-kernel", g->kernel);
	argv_option(l, "-initrd", g->initrd);
	argv_option(l, "-append", arena_fmt(a, "%s " MORE_CMDLINE, g->cmdline));
	argv_option(l, "-device", "vhost-user-vsock-device,chardev=vsock");
}

bool
qemu_argv(struct arena *a, const struct qemu *q, const struct qemu_guest *g,
	  const char *const **argv, struct err *e)
{
	struct argv *l = NEW(a, struct argv, 1);
	if (!l)
		return err_full(e, "a command line");
	argv_add(l, q->path);
	if (q->firmware)
		argv_option(l, "-L", q->firmware);
	argv_option(
		l, "-chardev",
		arena_fmt(a, "socket,id=vsock,path=%s", escaped(a, g->socket)));
	if (g->kind == QEMU_NITRO)
		nitro_args(a, l, g);
	else
		microvm_args(a, l, g);
	/* QEMU 7 and 8 lose changes to code that one processor writes and
	 * another runs, if both are emulated in parallel; microvm is for those
	 * versions. */
	argv_option(
		l, "-accel",
		g->kvm ? "kvm"
		       : (g->kind == QEMU_NITRO ? "tcg" : "tcg,thread=single"));
	argv_option(l, "-cpu", g->kvm ? "host" : "max");
	argv_option(l, "-smp",
		    arena_fmt(a, "%llu", (unsigned long long)g->cpus));
	argv_add(l, "-nodefaults");
	argv_add(l, "-no-user-config");
	argv_add(l, "-no-reboot");
	argv_option(l, "-display", "none");
	argv_option(l, "-serial", "stdio");
	*argv = l->v;
	return argv_ok(l, e);
}
