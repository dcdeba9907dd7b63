#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "recipe/config_fields.h"
#include "sys/fs.h"

static struct build_config
parsed(struct test *t, const char *text)
{
	struct err e = { 0 };
	struct build_config c = { 0 };
	CHECK_OK(t,
		 config_parse(span_str(text), "d/enclave.toml", &t->arena, &c,
			      &e),
		 &e);
	return c;
}

TEST(config_of_nothing_is_the_defaults)
{
	struct build_config c = parsed(t, "");
	CHECK(t,
	      c.from == CONFIG_FROM_NOTHING && c.profile == RAMDISK_CANONICAL);
	CHECK(t, c.scrub == SCRUB_SAFE && c.caps == RAMDISK_CAPS_REFUSE);
	CHECK(t, c.arch == CONFIG_ARCH_HOST && c.owner == RAMDISK_OWNER_KEEP);
	CHECK(t, c.epoch == BIND_UNSET && c.cpus == BIND_UNSET);
	CHECK(t, !c.kernel && !c.metadata && !c.entrypoint.v && !c.env.n);
	CHECK_STR(t, c.name, "enclave");
}

static const char all[] =
	"name = \"a\"\nversion = \"1\"\n"
	"[source]\ndockerfile = \"x/Dockerfile\"\ncontext = \"/ctx\"\n"
	"target = \"t\"\nengine = \"buildah\"\n[source.args]\nA = \"1\"\n"
	"[process]\nentrypoint = [\"/b\"]\ncmd = []\nworkdir = \"/w\"\n"
	"user = \"u:g\"\nenv.B = \"2=3\"\nenv.C = \"\"\n"
	"[boot]\nkernel = \"k\"\ncmdline = \"c\"\ninit = \"i\"\n"
	"nsm_ko = \"n\"\n"
	"[build]\nprofile = \"nitro-cli\"\nscrub = \"none\"\n"
	"scrub_disable = [\"logs\"]\nepoch = 0\nmtime = \"clamp\"\n"
	"caps = \"init\"\nowner = \"root\"\nmissing_command = \"allow\"\n"
	"dir_modes = \"keep\"\ndevices = "
	"[\"dev/x\"]\n"
	"arch = \"aarch64\"\nallow_secrets = [\"a\", \"b\"]\n"
	"[resources]\nmemory_mib = 512\ncpus = 2\n"
	"[sign]\ncertificate = \"c.pem\"\nkey = \"pkcs11:token=t\"\n"
	"[metadata]\nteam = { name = \"x\" }\n[ingress]\ntcp = [9, 8080, 1]\n";

TEST(config_reads_every_key)
{
	struct build_config c = parsed(t, all);
	CHECK(t, c.from == CONFIG_FROM_DOCKERFILE);
	CHECK_STR(t, c.dockerfile, "d/x/Dockerfile");
	CHECK_STR(t, c.context, "/ctx");
	CHECK(t, c.engine == ENGINE_BUILDAH && c.args.n == 1);
	CHECK_SPAN(t, c.args.v[0], SPAN("A=1"));
	CHECK(t, c.entrypoint.v && c.entrypoint.n == 1);
	CHECK(t, c.cmd.v && c.cmd.n == 0);
	CHECK_SPAN(t, c.env.v[0], SPAN("B=2=3"));
	CHECK_SPAN(t, c.env.v[1], SPAN("C="));
	CHECK_STR(t, c.user, "u:g");
	CHECK_STR(t, c.nsm_ko, "d/n");
	CHECK_STR(t, c.cmdline, "c");
	CHECK(t, c.profile == RAMDISK_NITRO_CLI && c.epoch == 0);
	CHECK(t, c.scrub == SCRUB_NONE && c.mtime == RAMDISK_MTIME_CLAMP);
	CHECK(t, c.caps == RAMDISK_CAPS_INIT && c.owner == RAMDISK_OWNER_ROOT);
	CHECK(t, c.arch == CONFIG_ARCH_AARCH64 && c.allow_secrets.n == 2);
	CHECK(t, c.missing_command == PROCESS_MISSING_ALLOW);
	CHECK(t, c.memory_mib == 512 && c.cpus == 2);
	CHECK_STR(t, c.certificate, "d/c.pem");
	CHECK_STR(t, c.key, "pkcs11:token=t");
	CHECK(t, c.ingress.n == 3 && c.ingress.v[0] == 1 &&
			 c.ingress.v[1] == 9 && c.ingress.v[2] == 8080);
	CHECK(t,
	      toml_get(c.metadata, "team") && c.dir_modes == IMAGE_MODES_KEEP);
}

TEST(config_takes_what_is_laid_over_it)
{
	struct err e = { 0 };
	struct build_config c = parsed(t, all);
	struct build_config over = parsed(
		t, "[process]\ncmd = [\"x\"]\nenv.D = \"\"\n"
		   "[build]\nscrub = \"minimal\"\ndevices = [\"dev/y\"]\n");
	static const size_t at[] = { offsetof(struct build_config, cmd),
				     offsetof(struct build_config, env),
				     offsetof(struct build_config, scrub),
				     offsetof(struct build_config, devices) };
	for (size_t i = 0; i < COUNT(at); i++)
		CHECK_OK(t, config_lay(&over, at[i], &t->arena, &c, &e), &e);
	CHECK(t, c.cmd.n == 1 && c.env.n == 3 && c.devices.n == 2);
	CHECK_SPAN(t, c.env.v[2], SPAN("D="));
	CHECK(t, c.scrub == SCRUB_MINIMAL && c.mtime == RAMDISK_MTIME_CLAMP);
	c = parsed(t, "");
	CHECK(t, !CONFIG_GIVEN(&c, scrub) && !c.cmd.v);
	CHECK_OK(t, config_lay(&over, at[2], &t->arena, &c, &e), &e);
	CHECK(t, CONFIG_GIVEN(&c, scrub) && !c.cmd.v);
}

TEST(config_finds_images_where_the_file_is)
{
	static const struct {
		const char *given, *is;
	} rows[] = {
		{ "img", "d/img" },
		{ "oci:img", "oci:d/img" },
		{ "docker-archive:/a.tar", "docker-archive:/a.tar" },
		{ "docker://h/n@sha256:0", "docker://h/n@sha256:0" },
		{ "weird:x", "d/weird:x" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct build_config c = parsed(
			t, arena_fmt(&t->arena, "[source]\nimage = \"%s\"",
				     rows[i].given));
		CHECK_STR(t, c.image, rows[i].is);
	}
}

static const struct {
	const char *text, *why, *hint;
} refused[] = {
	{ "x = ", "d/enclave.toml: line 1, column 5: expected a", "" },
	{ "nmae = \"x\"",
	  "line 1, column 1: there is no key nmae in "
	  "the file",
	  "did you mean name?" },
	{ "\n[biuld]\n", "line 2, column 2: there is no key biuld",
	  "did you mean build?" },
	{ "[build]\n scurb = \"safe\"",
	  "line 2, column 2: there is no "
	  "key scurb in [build]",
	  "did you mean scrub?" },
	{ "[build]\nentrypoint = []", "no key entrypoint in [build]",
	  "entrypoint belongs in [process]" },
	{ "zzzzzz = 1", "no key zzzzzz", "help enclave.toml" },
	{ "name = 1", "name is a string, not an integer", "" },
	{ "name = \"a\\u0000\"", "a zero byte", "" },
	{ "[source]\nimage = \"\"", "image is empty", "" },
	{ "source = 1", "source is a table, not an integer", "" },
	{ "[[source]]", "source is a table, not an array", "" },
	{ "[process]\ncmd = \"x\"", "cmd is an array", "" },
	{ "[process]\ncmd = [1]", "expected a string", "" },
	{ "[process]\nenv = {\"A=B\" = \"\"}", "A=B cannot be a", "" },
	{ "[process]\nenv = {A = 1}", "expected a string", "" },
	{ "[build]\nscrub = \"best\"", "scrub cannot be best",
	  "none, safe, minimal" },
	{ "[build]\nepoch = -1", "not within 0 and 4294967295", "" },
	{ "[build]\nepoch = 4294967296", "not within", "" },
	{ "[resources]\ncpus = 0", "not within 1 and 4096", "" },
	{ "[source]\nimage = \"a\"\nrootfs = \"b\"",
	  "line 3, column 1: a second source: rootfs beside image",
	  "keep one" },
	{ "[source]\nimage = \"a\"\n[rootfs]\ndebian = \"b\"",
	  "a second source: debian beside image", "" },
	{ "[source]\nimage = \"a\"\ncontext = \".\"",
	  "context needs dockerfile beside it", "" },
	{ "[rootfs]\npackages = []", "packages needs debian", "" },
	{ "[sign]\nkey = \"k\"", "key needs certificate", "" },
	{ "[boot]\ndir = \"d\"\nkernel = \"k\"", "kernel beside dir", "" },
	{ "[environments.production]\nx = 1", "[environments] is not built yet",
	  "leave the table out" },
	{ "[egress]\nallow = [\"a:443\"]", "[egress] is not built yet", "" },
	{ "[attest]\n", "[attest] is not built yet", "" },
	{ "attest = 1\n", "[attest] is not built yet", "" },
	{ "metadata = 1", "metadata is a table", "" },
};

TEST(config_refuses)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct err e = { 0 };
		struct build_config c;
		if (!CHECK(t,
			   !config_parse(span_str(refused[i].text),
					 "d/enclave.toml", &t->arena, &c, &e)))
			printf("# read: %s\n", refused[i].text);
		CHECK(t, e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, refused[i].why);
		CHECK_HAS(t, e.hint, refused[i].hint);
	}
}

TEST(config_refuses_ports)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "[ingress]\nport = 1", "no key port in [ingress]" },
		{ "[ingress]\ntcp = 8080", "tcp is an array" },
		{ "[ingress]\ntcp = []", "tcp holds 0 ports" },
		{ "[ingress]\ntcp = "
		  "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]",
		  "tcp holds 17 ports" },
		{ "[ingress]\ntcp = [0]", "expected a port" },
		{ "[ingress]\ntcp = [65536]", "expected a port" },
		{ "[ingress]\ntcp = [\"80\"]", "expected a port" },
		{ "[ingress]\ntcp = [80, 1, 80]", "port 80 is there twice" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct build_config c;
		CHECK(t, !config_parse(span_str(rows[i].text), "enclave.toml",
				       &t->arena, &c, &e));
		CHECK(t, e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(config_survives_failed_allocations)
{
	unsigned nth = 0;
	bool ok = false;
	while (!ok && nth < 1000) {
		struct arena a = { .fail_in = ++nth };
		struct err e = { 0 };
		struct build_config c;
		ok = config_parse(span_str(all), "d/enclave.toml", &a, &c, &e);
		CHECK(t, ok || e.code == ERR_LIMIT);
		arena_finish(&a);
	}
	CHECK(t, ok && nth > 50);
}

TEST(config_loads_files_and_directories)
{
	struct err e = { 0 };
	struct build_config c;
	const char *dir = test_dir(t);
	char *path = arena_fmt(&t->arena, "%s/enclave.toml", dir);
	CHECK(t, !config_load(dir, &t->arena, &c, &e));
	CHECK(t, e.code == ERR_NOTFOUND);
	CHECK_OK(
		t,
		fs_write_file(path, SPAN("[source]\nrootfs = \"r\""), 0644, &e),
		&e);
	CHECK_OK(t, config_load(dir, &t->arena, &c, &e), &e);
	CHECK_STR(t, c.path, path);
	CHECK_STR(t, c.rootfs, arena_fmt(&t->arena, "%s/r", dir));
}

/* What has to stand beside a key. */
static const char *
beside(const struct bind_row *f)
{
	static const struct {
		const char *needs, *text;
	} rows[] = {
		{ "dockerfile", "dockerfile = \"D\"" },
		{ "debian", "debian = \"d\"" },
		{ "key", "certificate = \"c\"\nkey = \"k\"" },
		{ "certificate", "certificate = \"c\"" },
	};
	for (size_t i = 0; f->needs && i < COUNT(rows); i++)
		if (strcmp(f->needs, rows[i].needs) == 0)
			return rows[i].text;
	return "";
}

/* No key is read and then forgotten: what it sets is another value than it has
 * without. */
static void
check_effect(struct test *t, const struct bind_row *f, const char *head)
{
	struct build_config without = parsed(t, head);
	struct build_config c = parsed(t, arena_fmt(&t->arena, "%s%s = %s\n",
						    head, f->key, f->example));
	const char *a = (const char *)&c + f->offset;
	const char *b = (const char *)&without + f->offset;
	bool fallback = f->fallback &&
			strstr(f->example, f->fallback) == f->example + 1;
	if (!CHECK(t, fallback || memcmp(a, b, sizeof(unsigned)) != 0))
		printf("# %s\n", f->key);
}

/* What the documents show is read: each row's example, and its default. */
TEST(config_examples_are_read)
{
	CHECK_STR(t, config_file.table[0].name, "");
	for (size_t i = 0; i < config_file.rows; i++) {
		const struct bind_row *f = &config_file.row[i];
		check_effect(t, f,
			     arena_fmt(&t->arena, "%s%s%s\n%s\n",
				       f->table[0] ? "[" : "", f->table,
				       f->table[0] ? "]" : "", beside(f)));
		CHECK(t, f->example && (f->kind == BIND_CHOICE) ==
					       (f->choice != NULL));
		CHECK(t, f->kind != BIND_CHOICE || f->fallback);
		CHECK(t, f->help[strlen(f->help) - 1] == '.');
	}
}

/* Lines of a document within 80 columns. */
static void
check_width(struct test *t, struct span text)
{
	while (text.n) {
		struct span line = span_cut(&text, '\n');
		if (!CHECK(t, line.n <= 80))
			printf("# %.*s\n", SPAN_ARG(line));
	}
}

TEST(config_template_is_read)
{
	const struct toml_line rows[] = {
		{ "source", "dockerfile", "\"Dockerfile\"", "Found.",
		  SPAN("FROM x\n\nRUN y\n") },
		{ "source", "image", "\"oci:image\"", NULL, { 0 } },
		{ "source", "rootfs", "\"r\"", NULL, { 0 } },
		{ "rootfs", "debian", "\"bookworm\"", NULL, { 0 } },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = buf_max(1 << 20);
		toml_doc_template(&config_file, &b, &rows[i], 1);
		CHECK(t, !b.failed);
		check_width(t, buf_view(&b));
		struct build_config c =
			parsed(t, arena_cstr(&t->arena, buf_view(&b)));
		CHECK_U(t, c.from, i + 1);
		buf_free(&b);
	}
}

TEST(config_text_fits_a_terminal)
{
	struct buf b = buf_max(1 << 20);
	toml_doc_text(&config_file, &b);
	CHECK(t, !b.failed && b.n > 4000);
	check_width(t, buf_view(&b));
	buf_free(&b);
}
