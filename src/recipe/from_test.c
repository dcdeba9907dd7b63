/* Which source a build has, and which files it reads. */
#include "recipe/from.h"

#include "recipe/files.h"
#include "recipe/recipe_kit.h"

static const char *
workplace(struct test *t)
{
	const char *dir = test_dir(t);
	kit_boot(t, dir);
	kit_root(t, dir);
	return dir;
}

TEST(the_source_that_is_meant)
{
	const struct {
		enum config_from in_file;
		const char *option, *from;
		enum source_kind kind;
		bool rootfs;
	} rows[] = {
		{ CONFIG_FROM_IMAGE, NULL, "image", SOURCE_ANY, false },
		{ CONFIG_FROM_ROOTFS, NULL, "tree", SOURCE_ANY, true },
		{ CONFIG_FROM_DOCKERFILE, NULL, "file", SOURCE_DOCKERFILE,
		  false },
		{ CONFIG_FROM_DEBIAN, NULL, "sid", SOURCE_DEBIAN, false },
		{ CONFIG_FROM_NOTHING, "x", "x", SOURCE_ANY, false },
		/* the option wins, with all that it is */
		{ CONFIG_FROM_DEBIAN, "x", "x", SOURCE_ANY, false },
		{ CONFIG_FROM_ROOTFS, "tar:x", "tar:x", SOURCE_ANY, false },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct build_config c = { .from = rows[i].in_file,
					  .image = "image",
					  .rootfs = "tree",
					  .dockerfile = "file",
					  .debian = "sid",
					  .target = "stage",
					  .arch = CONFIG_ARCH_AARCH64 };
		struct build_job job = { .config = &c,
					 .from = rows[i].option,
					 .no_cache = true };
		struct source_options o;
		struct err e = { 0 };
		CHECK_OK(t, from_options(&job, 7, &o, &e), &e);
		CHECK_STR(t, o.from, rows[i].from);
		CHECK_U(t, o.kind, rows[i].kind);
		CHECK_U(t, o.rootfs, rows[i].rootfs);
		CHECK_U(t, o.epoch, 7);
		CHECK_SPAN(t, o.arch, SPAN("arm64"));
		CHECK_STR(t, o.engine.target, "stage");
		CHECK(t, o.pull.no_cache);
	}
}

TEST(nothing_to_build_from)
{
	struct build_config c = { 0 };
	struct build_job job = { .config = &c };
	struct source_options o;
	struct err e = { 0 };
	CHECK(t, !from_options(&job, 0, &o, &e));
	CHECK_U(t, e.code, ERR_USAGE);
	CHECK_HAS(t, e.hint, "--from");
}

/* Who only runs the build is told where the name stands. */
TEST(a_missing_source_and_who_names_it)
{
	static const struct {
		const char *option, *path;
		bool told;
	} rows[] = {
		{ NULL, "d/enclave.toml", true },
		{ NULL, NULL, false },
		{ "none/either", "d/enclave.toml", false },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct build_config c = { .from = CONFIG_FROM_IMAGE,
					  .image = "none/such",
					  .path = rows[i].path };
		struct build_job job = { .config = &c, .from = rows[i].option };
		struct source_options o;
		struct source s;
		struct err e = { 0 };
		CHECK(t, !from_there(&job, &t->arena, &o, &s, &e));
		CHECK_U(t, e.code, ERR_NOTFOUND);
		CHECK(t, !!strstr(e.hint, "enclave.toml") == rows[i].told);
	}
}

TEST(no_output_is_an_input)
{
	const char *dir = workplace(t);
	const char *toml = kit_file(t, dir, "enclave.toml", SPAN(""), 0644);
	const char *cert = kit_file(t, dir, "cert", SPAN("c"), 0644);
	const char *key = kit_file(t, dir, "key", SPAN("k"), 0600);
	const char *module = kit_file(t, dir, "nsm", SPAN("n"), 0644);
	static const struct {
		const char *output;
		bool free;
	} rows[] = {
		{ "x.eif", true },         { "enclave.toml", false },
		{ "cert", false },         { "key", false },
		{ "nsm", false },          { "root/x.eif", false },
		{ "boot/bzImage", false }, { "boot/cmdline", false },
		{ "boot/init", false },    { "boot/x.eif", true },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(kit_finish) struct kit k;
		struct claims claims = { .arena = &t->arena };
		kit_start(&k, t, dir);
		k.config.path = toml;
		k.config.certificate = cert;
		k.config.key = key;
		k.config.nsm_ko = module;
		const char *out =
			arena_fmt(&t->arena, "%s/%s", dir, rows[i].output);
		CHECK_OK(t, build_claims(&k.job, &claims, &k.e), &k.e);
		CHECK(t, claim_output(&claims, "the image", out, &k.e) ==
				 rows[i].free);
		CHECK(t, rows[i].free ||
				 span_is(span_str(k.e.id), "output-is-input"));
	}
}

TEST(claims_survive_every_failed_allocation)
{
	const char *dir = workplace(t);
	for (unsigned n = 1;; n++) {
		DEFER(kit_finish) struct kit k;
		struct claims claims = { .arena = &k.arena };
		kit_start(&k, t, dir);
		k.arena.fail_in = n;
		bool ok = build_claims(&k.job, &claims, &k.e);
		CHECK(t, ok != k.arena.failed);
		CHECK(t, ok || k.e.code == ERR_LIMIT);
		if (ok)
			break;
	}
}
