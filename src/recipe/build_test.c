#include "recipe/build.h"

#include "eif/content.h"
#include "recipe/recipe_kit.h"

static const char *
workplace(struct test *t)
{
	const char *dir = test_dir(t);
	kit_boot(t, dir);
	kit_root(t, dir);
	return dir;
}

TEST(a_directory_becomes_an_image)
{
	static const enum eif_type order[] = { EIF_KERNEL, EIF_CMDLINE,
					       EIF_METADATA, EIF_RAMDISK,
					       EIF_RAMDISK };
	DEFER(kit_finish) struct kit k;
	struct eif_content c = { 0 };
	struct blob b;
	kit_start(&k, t, workplace(t));
	k.job.metadata = SPAN("{\"team\": \"x\"}");
	k.config.memory_mib = 512;
	CHECK_OK(t, kit_build(&k), &k.e);
	CHECK_U(t, k.result.eif.n, COUNT(order));
	for (size_t i = 0; i < COUNT(order); i++)
		CHECK_U(t, k.result.eif.section[i].type, order[i]);
	CHECK_U(t, k.result.eif.mem, 512 * MIB);
	CHECK_U(t, k.image.kind, SOURCE_DIR);
	CHECK_STR(t, k.result.arch, "x86_64");
	CHECK_STR(t, k.result.boot_dir, k.config.boot_dir);
	CHECK_SPAN(t, k.result.kernel_version, SPAN("6.12.1"));
	CHECK_U(t, k.result.pcr8.n, 0);
	CHECK_OK(t, fs_blob(k.out.fd, &b, &k.e), &k.e);
	CHECK_OK(t,
		 eif_content_read(&b, &k.result.eif, &t->arena, &c, &k.notes,
				  &k.e),
		 &k.e);
	CHECK_SPAN(t, c.cmdline, SPAN("console=ttyS0"));
	CHECK_SPAN(t, c.meta.image_name, SPAN("enclave"));
	CHECK_SPAN(t, c.meta.build_time, SPAN("1970-01-01T00:00:00+00:00"));
	CHECK_SPAN(t, json_text(json_get(c.meta.custom, "team")), SPAN("x"));
	eif_content_finish(&c);
}

TEST(the_same_input_gives_the_same_bytes)
{
	const char *dir = workplace(t);
	struct hash first = { 0 };
	for (unsigned i = 0; i < 2; i++) {
		DEFER(kit_finish) struct kit k;
		kit_start(&k, t, dir);
		CHECK_OK(t, kit_build(&k), &k.e);
		if (i == 0)
			first = k.result.measured.sha256;
		CHECK_SPAN(t, hash_span(&k.result.measured.sha256),
			   hash_span(&first));
		kit_file(t, dir, "beside", SPAN("x"), 0644);
	}
}

/* A file that is replaced, or goes, after it was checked changes nothing. */
TEST(what_was_checked_is_what_is_written)
{
	const char *dir = workplace(t);
	struct hash first = { 0 };
	for (unsigned i = 0; i < 3; i++) {
		DEFER(kit_finish) struct kit k;
		kit_start(&k, t, dir);
		const char *boot = k.config.boot_dir;
		k.job.metadata = SPAN("{}");
		CHECK_OK(t, build_ready(&k.job, &k.parts, &k.e), &k.e);
		if (i == 1) {
			kit_file(t, boot, "bzImage", SPAN("no kernel"), 0644);
			kit_file(t, boot, "cmdline", SPAN("other"), 0644);
			kit_file(t, boot, "init", SPAN("no program"), 0644);
			kit_file(t, boot, "nsm.ko", SPAN("a module"), 0644);
		}
		if (i == 2)
			fs_remove_tree(boot);
		CHECK_OK(t, kit_make(&k), &k.e);
		if (i == 0)
			first = k.result.measured.sha256;
		CHECK_SPAN(t, hash_span(&k.result.measured.sha256),
			   hash_span(&first));
		if (i != 1)
			continue;
		fs_remove_tree(boot);
		kit_boot(t, dir);
	}
}

/* Each of these is told before the source is opened. */
TEST(a_build_is_not_ready)
{
	const char *dir = workplace(t);
	const char *none = arena_fmt(&t->arena, "%s/none", dir);
	const char *text = kit_file(t, dir, "text", SPAN("text"), 0644);
	char *long_text = NEW(&t->arena, char, 5001);
	memset(long_text, 'x', 5000);
	const struct {
		const char *rootfs, *boot_dir, *kernel, *cmdline, *metadata;
		enum err_code code;
		const char *id, *msg;
	} rows[] = {
		{ none, NULL, NULL, NULL, "", ERR_NOTFOUND, "", "none" },
		{ NULL, none, NULL, NULL, "", ERR_NOTFOUND, "", "bzImage" },
		{ NULL, NULL, none, NULL, "", ERR_NOTFOUND, "", "none" },
		{ NULL, NULL, text, NULL, "", ERR_INPUT, "eif-kernel",
		  "kernel" },
		{ NULL, NULL, NULL, "a\nb", "", ERR_INPUT, "eif-cmdline",
		  "command line" },
		{ NULL, NULL, NULL, NULL, "{", ERR_INPUT, "",
		  "custom metadata" },
		{ NULL, NULL, NULL, NULL, "[]", ERR_INPUT, "", "metadata" },
		{ NULL, NULL, NULL, NULL,
		  arena_fmt(&t->arena, "{\"a\": \"%s\"}", long_text), ERR_LIMIT,
		  "", "metadata" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(kit_finish) struct kit k;
		kit_start(&k, t, dir);
		if (rows[i].rootfs)
			k.config.rootfs = rows[i].rootfs;
		if (rows[i].boot_dir)
			k.config.boot_dir = rows[i].boot_dir;
		k.config.kernel = rows[i].kernel;
		k.config.cmdline = rows[i].cmdline;
		k.job.metadata = span_str(rows[i].metadata);
		CHECK(t, !build_ready(&k.job, &k.parts, &k.e));
		CHECK_U(t, k.e.code, rows[i].code);
		CHECK_HAS(t, k.e.id ? k.e.id : "", rows[i].id);
		CHECK_HAS(t, k.e.msg, rows[i].msg);
	}
}

TEST(an_init_for_another_machine_is_refused)
{
	DEFER(kit_finish) struct kit k;
	kit_start(&k, t, workplace(t));
	k.config.kernel = arena_fmt(&t->arena, "%s/bzImage", k.config.boot_dir);
	k.config.arch = CONFIG_ARCH_AARCH64;
	CHECK(t, !build_ready(&k.job, &k.parts, &k.e));
	CHECK_STR(t, k.e.id, "boot-init");
}

/* Inits that read `cmd` and `env` alone, as AWS's, or know no ports. */
TEST(an_init_has_to_know_the_process)
{
	const char *dir = workplace(t);
	struct span newline = SPAN("A=1\n2");
	const struct {
		const char *editions, *user;
		bool port, newline;
		const char *msg, *note;
	} rows[] = {
		{ KIT_EDITIONS, "app", true, true, NULL, NULL },
		{ PROCESS_EDITION_1, "app", false, true, NULL, NULL },
		{ PROCESS_EDITION_1, NULL, true, false, "[ingress]", NULL },
		{ "none", NULL, false, false, NULL, NULL },
		{ "none", NULL, false, true, "newline", NULL },
		{ "none", "app", false, false, NULL, "init-reduced" },
		{ "none", NULL, true, false, "[ingress]", NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(kit_finish) struct kit k;
		kit_start(&k, t, dir);
		kit_file(t, k.config.boot_dir, "init",
			 kit_init(t, rows[i].editions), 0755);
		k.config.user = rows[i].user;
		if (rows[i].port)
			k.config.ingress = (struct ports){ { 80 }, 1 };
		if (rows[i].newline)
			k.config.env = (struct strings){ &newline, 1 };
		CHECK(t, kit_build(&k) == !rows[i].msg);
		CHECK_HAS(t, k.e.msg, rows[i].msg ? rows[i].msg : "");
		CHECK(t, note_has(&k.notes, "init-reduced") == !!rows[i].note);
	}
}

TEST(an_image_does_not_go_into_a_pipe)
{
	DEFER(kit_finish) struct kit k;
	kit_start(&k, t, workplace(t));
	k.out.pipe = true;
	CHECK(t, !kit_build(&k));
	CHECK_U(t, k.e.code, ERR_USAGE);
	CHECK_HAS(t, k.e.hint, "name a file");
}

TEST(epochs)
{
	struct build_config c = { .epoch = 7 };
	uint32_t got = 0;
	struct err e = { 0 };
	CHECK_OK(t, build_epoch(&c, &got, &e), &e);
	CHECK_U(t, got, 7);
	c.epoch = UINT32_MAX;
	CHECK_OK(t, build_epoch(&c, &got, &e), &e);
	c.epoch = (uint64_t)UINT32_MAX + 1;
	CHECK(t, !build_epoch(&c, &got, &e));
	CHECK_HAS(t, e.msg, "2106");
}

TEST(building_survives_every_failed_allocation)
{
	const char *dir = workplace(t);
	for (unsigned n = 1;; n++) {
		DEFER(kit_finish) struct kit k;
		kit_start(&k, t, dir);
		k.arena.fail_in = n;
		bool ok = kit_build(&k);
		CHECK(t, ok != k.arena.failed);
		CHECK(t, ok || k.e.code == ERR_LIMIT);
		if (ok)
			break;
		CHECK(t, n < 10000);
	}
}
