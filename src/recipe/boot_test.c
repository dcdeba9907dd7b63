#include "base/test.h"

#include <string.h>

#include "base/path.h"
#include "recipe/boot.h"
#include "sys/fs.h"

static const char *
file(struct test *t, const char *dir, const char *name, const char *text)
{
	struct err e = { 0 };
	const char *path = path_join(&t->arena, dir, name);
	CHECK_OK(t, fs_write_file(path, span_str(text), 0644, &e), &e);
	return path;
}

/* The headers of a static program. */
static void
init_file(struct test *t, const char *dir)
{
	struct err e = { 0 };
	uint8_t p[64 + 56] = "\x7f"
			     "ELF\2\1\1";
	p[16] = 2;
	p[18] = 62;
	p[32] = 64;
	p[54] = 56;
	p[56] = 1;
	p[64] = 1;
	const char *path = arena_fmt(&t->arena, "%s/init", dir);
	CHECK_OK(t, fs_write_file(path, span_of(p, sizeof p), 0644, &e), &e);
}

TEST(a_boot_directory_is_read)
{
	struct err e = { 0 };
	struct boot b;
	const char *dir = test_dir(t);
	struct boot_options o = { .dir = dir, .arch = "x86_64" };
	file(t, dir, "bzImage", "kernel");
	file(t, dir, "cmdline", " console=ttyS0 \n");
	init_file(t, dir);
	CHECK_OK(t, boot_load(&b, &o, &t->arena, &e), &e);
	CHECK_SPAN(t, b.cmdline, SPAN("console=ttyS0"));
	CHECK(t, b.kernel >= 0 && b.kernel_size == 6 && !b.nsm_ko.p);
	boot_close(&b);
	file(t, dir, "nsm.ko", "module");
	o.cmdline = "quiet";
	CHECK_OK(t, boot_load(&b, &o, &t->arena, &e), &e);
	CHECK_SPAN(t, b.cmdline, SPAN("quiet"));
	CHECK_SPAN(t, b.nsm_ko, SPAN("module"));
	boot_close(&b);
	o.arch = "aarch64";
	CHECK(t, !boot_load(&b, &o, &t->arena, &e));
	CHECK_HAS(t, e.msg, "/Image");
}

TEST(boot_refuses)
{
	struct err e = { 0 };
	struct boot b;
	const char *dir = test_dir(t);
	struct boot_options o = { .dir = dir, .arch = "x86_64" };
	CHECK(t, !boot_load(&b, &o, &t->arena, &e));
	CHECK(t, e.code == ERR_NOTFOUND);
	file(t, dir, "bzImage", "kernel");
	file(t, dir, "init", "");
	file(t, dir, "cmdline", "a\1b");
	CHECK(t, !boot_load(&b, &o, &t->arena, &e));
	CHECK_HAS(t, e.msg, "command line holds control characters");
	CHECK_STR(t, e.id, "eif-cmdline");
	boot_close(&b);
	file(t, dir, "cmdline", "\n");
	CHECK(t, !boot_load(&b, &o, &t->arena, &e));
	CHECK_HAS(t, e.msg, "command line is empty");
	boot_close(&b);
	file(t, dir, "cmdline", "ok");
	CHECK(t, !boot_load(&b, &o, &t->arena, &e));
	CHECK_HAS(t, e.msg, "init is empty");
	boot_close(&b);
	file(t, dir, "init", "#!/bin/sh\n");
	CHECK(t, !boot_load(&b, &o, &t->arena, &e));
	CHECK_HAS(t, e.msg, "is a script");
	CHECK_STR(t, e.id, "boot-init");
	boot_close(&b);
	o.init = file(t, dir, "x.json", "{\"a\": 1}\n");
	CHECK(t, !boot_load(&b, &o, &t->arena, &e));
	CHECK_HAS(t, e.msg, "x.json is not an ELF program");
	boot_close(&b);
	o.init = NULL;
	init_file(t, dir);
	CHECK_OK(t, boot_load(&b, &o, &t->arena, &e), &e);
	boot_close(&b);
	o.arch = "aarch64";
	file(t, dir, "Image", "kernel");
	CHECK(t, !boot_load(&b, &o, &t->arena, &e));
	CHECK_HAS(t, e.msg, "not for aarch64");
	boot_close(&b);
}
