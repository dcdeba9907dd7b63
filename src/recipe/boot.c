#include "recipe/boot.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "base/path.h"
#include "codec/elf.h"
#include "eif/content.h"
#include "sys/env.h"
#include "sys/fs.h"

/* An init or a module; AWS's init is 0.8 MiB, its nsm.ko 15 KiB. */
#define PROGRAM_MAX (32 * MIB)

static const char *
kernel_name(const char *arch)
{
	return strcmp(arch, "aarch64") == 0 ? "Image" : "bzImage";
}

static bool
complete(const char *dir, const char *arch, struct arena *a)
{
	const char *kernel = path_join(a, dir, kernel_name(arch));
	const char *init = arena_fmt(a, "%s/init", dir);
	return kernel && init && fs_kind(kernel) == FS_FILE &&
	       fs_kind(init) == FS_FILE;
}

/* Sets the directories to try, in order; NULL entries are ignored. */
static void
places(const struct boot_options *o, struct arena *a, const char *out[4])
{
	const char *program = fs_program_dir(a);
	const char **ours = out, **aws = out + 2;
	if (o->aws_first) {
		aws = out;
		ours = out + 2;
	}
	if (program) {
		ours[0] = arena_fmt(a, "%s/boot", program);
		ours[1] = arena_fmt(a, "%s/../share/veraclave/boot/%s", program,
				    o->arch);
	}
	aws[0] = sys_env("NITRO_CLI_BLOBS");
	aws[1] = "/usr/share/nitro_enclaves/blobs";
}

static bool
find_dir(struct boot *b, const struct boot_options *o, struct arena *a,
	 struct err *e)
{
	const char *try[4] = { 0 };
	if (o->dir) {
		b->dir = o->dir;
		return true;
	}
	places(o, a, try);
	for (size_t i = 0; i < COUNT(try); i++)
		if (try[i] && complete(try[i], o->arch, a)) {
			b->dir = try[i];
			return true;
		}
	if (o->kernel && o->cmdline && o->init)
		return true;
	err_set(e, ERR_NOTFOUND,
		"no kernel and init for %s: not beside the program, not in "
		"$NITRO_CLI_BLOBS, not in /usr/share/nitro_enclaves/blobs",
		o->arch);
	if (strcmp(o->arch, "x86_64") == 0)
		err_hint(e, "\"make boot\" in the source builds them; or "
			    "name a directory with --boot-dir, or files with "
			    "--kernel, --cmdline and --init");
	else
		err_hint(e,
			 "name a directory with --boot-dir, as AWS's blobs "
			 "for %s, or files with --kernel, --cmdline and "
			 "--init",
			 o->arch);
	return err_id(e, "boot-missing");
}

/* The named file, or `name` in the directory; *path is which. */
static bool
pick(const struct boot *b, const char *named, const char *name,
     const char **path, struct arena *a, struct err *e)
{
	if (named) {
		*path = named;
		return true;
	}
	if (!b->dir) {
		err_set(e, ERR_NOTFOUND, "no %s for the enclave's boot side",
			name);
		return err_hint(e, "name a directory with --boot-dir");
	}
	*path = path_join(a, b->dir, name);
	return *path || err_full(e, "a file name");
}

static bool
load_program(const struct boot *b, const char *named, const char *name,
	     struct span *out, struct arena *a, struct err *e)
{
	const char *path;
	if (!pick(b, named, name, &path, a, e))
		return false;
	if (!fs_read(path, PROGRAM_MAX, a, out, e))
		return false;
	if (out->n == 0)
		return err_set(e, ERR_INPUT, "%s is empty", show_str(path).s);
	return true;
}

/* It is alone in the first ramdisk. */
static bool
load_init(struct boot *b, const struct boot_options *o, struct arena *a,
	  struct err *e)
{
	if (!load_program(b, o->init, "init", &b->init, a, e))
		return false;
	const char *misfit =
		elf_misfit(b->init, strcmp(o->arch, "aarch64") == 0);
	if (!misfit)
		return true;
	if (o->init)
		err_set(e, ERR_INPUT, "%s %s", show_str(o->init).s, misfit);
	else
		err_set(e, ERR_INPUT, "the init in %s %s", show_str(b->dir).s,
			misfit);
	err_hint(e,
		 "an enclave's first process is a static program for %s; "
		 "without --init it is veraclave's own, or AWS's",
		 o->arch);
	return err_id(e, "boot-init");
}

static bool
load_cmdline(struct boot *b, const struct boot_options *o, struct arena *a,
	     struct err *e)
{
	const char *path;
	if (o->cmdline) {
		b->cmdline = span_str(o->cmdline);
	} else {
		if (!pick(b, NULL, "cmdline", &path, a, e) ||
		    !fs_read(path, LIMIT_CMDLINE, a, &b->cmdline, e))
			return false;
		/* as nitro-cli does: the file may end in a newline */
		b->cmdline = span_trim(b->cmdline);
	}
	return cmdline_check(b->cmdline, e);
}

static bool
open_kernel(struct boot *b, const struct boot_options *o, struct arena *a,
	    struct err *e)
{
	return pick(b, o->kernel, kernel_name(o->arch), &b->kernel_path, a,
		    e) &&
	       fs_open(b->kernel_path, &b->kernel, e) &&
	       (fs_size(b->kernel, &b->kernel_size, e) ||
		err_ctx(e, "%s", show_str(b->kernel_path).s));
}

static bool
incomplete(const struct boot *b, const struct boot_options *o, struct err *e)
{
	return err_hint(e,
			"%s must hold %s, cmdline and init; what is not "
			"there can be named with --kernel, --cmdline and "
			"--init",
			show_str(b->dir).s, kernel_name(o->arch));
}

/* A part that was named by itself, and not one of the directory. */
static bool
named_is_missing(const struct boot_options *o)
{
	return (o->kernel && fs_kind(o->kernel) == FS_NONE) ||
	       (o->init && fs_kind(o->init) == FS_NONE);
}

bool
boot_load(struct boot *b, const struct boot_options *o, struct arena *a,
	  struct err *e)
{
	*b = BOOT_NONE;
	if (!find_dir(b, o, a, e))
		return false;
	if (!open_kernel(b, o, a, e) || !load_cmdline(b, o, a, e) ||
	    !load_init(b, o, a, e))
		return e->code == ERR_NOTFOUND && b->dir &&
		       !named_is_missing(o) && incomplete(b, o, e);
	const char *module = b->dir ? arena_fmt(a, "%s/nsm.ko", b->dir) : NULL;
	if (o->nsm_ko || (module && fs_kind(module) == FS_FILE))
		return load_program(b, o->nsm_ko, "nsm.ko", &b->nsm_ko, a, e);
	return true;
}

void
boot_close(struct boot *b)
{
	fd_closep(&b->kernel);
}
