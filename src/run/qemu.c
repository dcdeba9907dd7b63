#include "run/qemu.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
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

/* Does it list the machine? Lines are "NAME   what it is". */
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

/* Firmware beside the program, as in our cache. */
static const char *
firmware_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	int n = slash ? (int)(slash - path) : 0;
	char *dir = arena_fmt(a, "%.*s/../share", n, path);
	char *rom = dir ? arena_fmt(a, "%s/qboot.rom", dir) : NULL;
	return slash && rom && fs_kind(rom) == FS_FILE ? dir : NULL;
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

/* The newest of our builds, which tools/qemu-nitro makes. */
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
		char *path =
			arena_fmt(a, "%s/%.*s/bin/" PROGRAM, dir,
				  (int)names[i].n, (const char *)names[i].p);
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

enum { ARGS_MAX = 48 };

struct args {
	struct arena *a;
	const char **v;
	size_t n;
	bool failed;
};

static void
arg(struct args *l, const char *s)
{
	if (!s || l->n == ARGS_MAX - 1)
		l->failed = true;
	else
		l->v[l->n++] = s;
}

static void
option(struct args *l, const char *name, const char *value)
{
	arg(l, name);
	arg(l, value);
}

/* QEMU reads a comma in a value when it is doubled. */
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
 * Added to the kernel's command line, not measured. The machines have no
 * keyboard controller to restart them; a triple fault ends them, with
 * -no-reboot. Where the processor is emulated and the host is busy, the timer's
 * interrupts come too late for the kernel's test of them, and it panics; under
 * KVM it does not test by itself.
 */
#define MORE_CMDLINE "reboot=t no_timer_check"

static void
nitro_args(struct args *l, const struct qemu_guest *g)
{
	option(l, "-M",
	       g->id ? arena_fmt(l->a, "nitro-enclave,vsock=vsock,id=%s",
				 escaped(l->a, g->id))
		     : "nitro-enclave,vsock=vsock");
	option(l, "-kernel", g->eif);
	option(l, "-m",
	       arena_fmt(l->a, "%lluM", (unsigned long long)g->memory_mib));
	option(l, "-append", MORE_CMDLINE);
}

static void
microvm_args(struct args *l, const struct qemu_guest *g)
{
	unsigned long long mib = g->memory_mib;
	option(l, "-M", "microvm,acpi=off,memory-backend=ram");
	option(l, "-object",
	       arena_fmt(l->a,
			 "memory-backend-memfd,id=ram,share=on,size=%lluM",
			 mib));
	option(l, "-m", arena_fmt(l->a, "%lluM", mib));
	option(l, "-kernel", g->kernel);
	option(l, "-initrd", g->initrd);
	option(l, "-append", arena_fmt(l->a, "%s " MORE_CMDLINE, g->cmdline));
	option(l, "-device", "vhost-user-vsock-device,chardev=vsock");
}

bool
qemu_argv(struct arena *a, const struct qemu *q, const struct qemu_guest *g,
	  const char *const **argv, struct err *e)
{
	struct args l = { .a = a, .v = NEW(a, const char *, ARGS_MAX) };
	if (!l.v)
		return err_full(e, "the command line");
	arg(&l, q->path);
	if (q->firmware)
		option(&l, "-L", q->firmware);
	option(&l, "-chardev",
	       arena_fmt(a, "socket,id=vsock,path=%s", escaped(a, g->socket)));
	if (g->kind == QEMU_NITRO)
		nitro_args(&l, g);
	else
		microvm_args(&l, g);
	/* QEMU 7 and 8 lose code that one processor changes under another
	 * when they emulate both at once; microvm is for those. */
	option(&l, "-accel",
	       g->kvm ? "kvm"
		      : (g->kind == QEMU_NITRO ? "tcg" : "tcg,thread=single"));
	option(&l, "-cpu", g->kvm ? "host" : "max");
	option(&l, "-smp", arena_fmt(a, "%llu", (unsigned long long)g->cpus));
	arg(&l, "-nodefaults");
	arg(&l, "-no-user-config");
	arg(&l, "-no-reboot");
	option(&l, "-display", "none");
	option(&l, "-serial", "stdio");
	if (l.failed)
		return err_full(e, "the command line");
	*argv = l.v;
	return true;
}
