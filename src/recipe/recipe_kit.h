/* For tests of this folder: a boot directory and a source, as small as they can
 * be, and a build of them. */
#pragma once

#include "base/test.h"

#include <string.h>
#include <sys/stat.h>

#include "recipe/build.h"
#include "sys/fs.h"

UNUSED static const char *
kit_file(struct test *t, const char *dir, const char *name, struct span bytes,
	 mode_t mode)
{
	struct err e = { 0 };
	const char *path = arena_fmt(&t->arena, "%s/%s", dir, name);
	CHECK_OK(t, fs_write_file(path, bytes, mode, &e), &e);
	return path;
}

UNUSED static const char *
kit_dir(struct test *t, const char *in, const char *name)
{
	const char *path = arena_fmt(&t->arena, "%s/%s", in, name);
	CHECK(t, mkdir(path, 0755) == 0);
	return path;
}

/* The header of a bzImage that says this version. */
UNUSED static struct span
kit_kernel(struct test *t, const char *version)
{
	uint8_t *p = NEW(&t->arena, uint8_t, 0x400);
	memcpy(p + 0x1fe, "\x55\xaaxxHdrS", 8);
	memset(p + 0x200, 0, 2);
	memcpy(p + 0x20e, "\x00\x01", 2);
	memcpy(p + 0x300, version, strlen(version));
	return span_of(p, 0x400);
}

/* The headers of a static program for x86_64, and the editions of `process`
 * that it reads, as text in it. */
UNUSED static struct span
kit_init(struct test *t, const char *editions)
{
	uint8_t *p = NEW(&t->arena, uint8_t, 64 + 56 + 100);
	memcpy(p,
	       "\x7f"
	       "ELF\2\1\1",
	       7);
	p[16] = 2;
	p[18] = 62;
	p[32] = 64;
	p[54] = 56;
	p[56] = 1;
	p[64] = 1;
	memcpy(p + 64 + 56, editions, strlen(editions));
	return span_of(p, 64 + 56 + 100);
}

#define KIT_EDITIONS PROCESS_EDITION_1 " " PROCESS_EDITION_2

/* bzImage, cmdline and init in DIR/boot. */
UNUSED static const char *
kit_boot(struct test *t, const char *dir)
{
	const char *boot = kit_dir(t, dir, "boot");
	kit_file(t, boot, "bzImage", kit_kernel(t, "6.12.1 (a@b)"), 0644);
	kit_file(t, boot, "cmdline", SPAN("console=ttyS0\n"), 0644);
	kit_file(t, boot, "init", kit_init(t, KIT_EDITIONS), 0755);
	return boot;
}

/* A root file system in DIR/root: bin/app and etc/passwd. */
UNUSED static const char *
kit_root(struct test *t, const char *dir)
{
	const char *root = kit_dir(t, dir, "root");
	const char *bin = kit_dir(t, root, "bin");
	const char *etc = kit_dir(t, root, "etc");
	kit_file(t, bin, "app", SPAN("#!/bin/sh\n"), 0755);
	kit_file(t, etc, "passwd", SPAN("app:x:7:8::/:/bin/sh\n"), 0644);
	return root;
}

/* One build. */
struct kit {
	struct arena arena; /* the job's */
	struct notes notes;
	struct build_config config;
	struct build_job job;
	struct build_parts parts;
	struct build_image image;
	struct build_result result;
	struct out out;
	struct span app; /* the entry point */
	struct err e;
};

/* Of a directory that has `boot` and `root`: kit_boot, kit_root. */
UNUSED static void
kit_start(struct kit *k, struct test *t, const char *dir)
{
	*k = (struct kit){ .out = OUT_NONE,
			   .parts = BUILD_PARTS_NONE,
			   .app = SPAN("/bin/app") };
	k->notes.arena = &t->arena;
	config_defaults(&k->config);
	k->config.arch = CONFIG_ARCH_X86_64;
	k->config.from = CONFIG_FROM_ROOTFS;
	k->config.rootfs = arena_fmt(&t->arena, "%s/root", dir);
	k->config.boot_dir = arena_fmt(&t->arena, "%s/boot", dir);
	k->config.entrypoint = (struct strings){ &k->app, 1 };
	k->config.epoch = 0;
	k->job = (struct build_job){ .config = &k->config,
				     .quiet = true,
				     .arena = &k->arena,
				     .notes = &k->notes };
}

/* What is left after build_ready. */
UNUSED static bool
kit_make(struct kit *k)
{
	const struct build_input in = { &k->parts, &k->image };
	return fs_tmpfile(NULL, &k->out.fd, &k->e) &&
	       build_image_open(&k->image, &k->job, &k->e) &&
	       build_eif(&k->job, &in, &k->out, &k->result, &k->e);
}

UNUSED static bool
kit_build(struct kit *k)
{
	return build_ready(&k->job, &k->parts, &k->e) && kit_make(k);
}

UNUSED static void
kit_finish(struct kit *k)
{
	out_abort(&k->out);
	build_image_close(&k->image);
	parts_close(&k->parts);
	arena_finish(&k->arena);
}
