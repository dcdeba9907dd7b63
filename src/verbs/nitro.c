/*
 * describe-eif and build-enclave: our verbs under nitro-cli's names, with its
 * options and its JSON.
 */
#include "cli/cmd.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "verbs/build_opts.h"
#include "verbs/description.h"
#include "verbs/verbs.h"
#include "pcrs/measurements.h"
#include "verbs/sign_eif.h"
#include "sys/claim.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/proc.h"

struct describe_eif {
	const char *eif;
};

static const struct opt describe_eif_opts[] = {
	OPT_STR(0, "eif-path", struct describe_eif, eif, "FILE", "the image"),
	OPT_END,
};

static bool
missing(const char *option, struct err *e)
{
	return err_set(e, ERR_USAGE, "%s is missing", option);
}

static bool
describe_eif_run(struct cli *cli, void *opts, const struct opt_list *args,
		 struct err *e)
{
	const struct describe_eif *o = opts;
	(void)args;
	if (!o->eif)
		return missing("--eif-path", e);
	const struct describe_plan plan = { .at = sys_now() };
	return describe_file(cli, o->eif, &plan, false, e);
}

static const struct cmd_example describe_eif_examples[] = {
	{ "veraclave describe-eif --eif-path app.eif",
	  "print PCRs and all other fields as JSON" },
	{ NULL, NULL },
};

const struct cmd cmd_describe_eif = {
	.name = "describe-eif",
	.group = CMD_NITRO_CLI,
	.about = "describe, under nitro-cli's name",
	.opts = describe_eif_opts,
	.size = sizeof(struct describe_eif),
	.examples = describe_eif_examples,
	.run = describe_eif_run,
};

struct build_enclave {
	const char *uri, *dir, *output, *cert, *key;
	const char *name, *version, *metadata, *boot_dir;
};

static const struct opt build_enclave_opts[] = {
	OPT_STR(0, "docker-uri", struct build_enclave, uri, "REFERENCE",
		"the image, from the local Docker daemon or else from its "
		"registry"),
	OPT_STR(0, "docker-dir", struct build_enclave, dir, "DIR",
		"a directory with a Dockerfile, which is built first"),
	OPT_STR(0, "output-file", struct build_enclave, output, "FILE",
		"the enclave image to write"),
	OPT_STR(0, "signing-certificate", struct build_enclave, cert, "FILE",
		"sign with this certificate (PEM)"),
	OPT_STR(0, "private-key", struct build_enclave, key, "KEY",
		"the key of the certificate: a PEM file, fd:N, or a pkcs11: "
		"URI"),
	OPT_STR(0, "name", struct build_enclave, name, "NAME",
		"the enclave's name (default: the reference without tag)"),
	OPT_STR(0, "version", struct build_enclave, version, "VERSION",
		"the enclave's version (default: Docker's id of the image)"),
	OPT_STR(0, "metadata", struct build_enclave, metadata, "FILE",
		"JSON to put into the metadata section, at most 4096 bytes"),
	OPT_STR(0, "boot-dir", struct build_enclave, boot_dir, "DIR",
		"kernel, cmdline and init (default: NITRO_CLI_BLOBS, AWS's "
		"place, ours)"),
	OPT_END,
};

struct work {
	struct cli *cli;
	const struct build_enclave *o;
	char *dir;           /* for what lies between the steps; removed */
	const char *from;    /* the source */
	const char *version; /* as given or found */
};

static void
work_finish(struct work *w)
{
	if (w->dir)
		fs_remove_tree(w->dir);
}

static void
say(const struct cli *cli, const char *what)
{
	if (!cli->quiet)
		fprintf(stderr, "%s\n", what);
}

/* "host:5000/app:1.4@sha256:..." gives "host:5000/app". */
static const char *
name_of(const char *uri, struct arena *a)
{
	struct span s = span_str(uri);
	s.n = span_find(s, '@');
	size_t slash = span_rfind(s, '/');
	size_t tail = slash < s.n ? slash + 1 : 0;
	s.n = tail + span_find(span_from(s, tail), ':');
	return arena_cstr(a, s);
}

/* Returns the Docker daemon's id of the image, or NULL if it has none. */
static const char *
docker_id(const char *uri, struct arena *a)
{
	const char *const argv[] = { "docker",  "image", "inspect", "--format",
				     "{{.Id}}", "--",    uri,       NULL };
	DEFER(buf_free) struct buf out = buf_max(4 * KIB);
	DEFER(buf_free) struct buf err = buf_max(64 * KIB);
	struct proc p = { .argv = argv, .out = &out, .err = &err };
	struct err e = { 0 };
	struct span id;
	int status = 1;
	if (!proc_run(&p, &status, &e) || status != 0)
		return NULL;
	id = span_trim(buf_view(&out));
	if (span_starts(id, SPAN("sha256:")))
		id = span_from(id, 7);
	return arena_cstr(a, id);
}

/* As nitro-cli, takes the daemon's image, or else the registry's. */
static bool
find_image(struct work *w, struct err *e)
{
	struct arena *a = w->cli->arena;
	const char *id = docker_id(w->o->uri, a);
	if (!id) {
		say(w->cli, "The image is not in a local Docker daemon: "
			    "asking its registry...");
		w->from = arena_fmt(a, "docker://%s", w->o->uri);
		return w->from || err_full(e, "the reference");
	}
	say(w->cli, "Using the locally available Docker image...");
	char *path = arena_fmt(a, "%s/image.tar", w->dir);
	w->from = arena_fmt(a, "docker-archive:%s/image.tar", w->dir);
	if (!w->version)
		w->version = id;
	if (!path || !w->from)
		return err_full(e, "the path");
	const char *const argv[] = { "docker", "save",    "-o", path,
				     "--",     w->o->uri, NULL };
	struct proc p = { .argv = argv, .late = w->cli->quiet };
	return proc_check(&p, e);
}

static bool
find_source(struct work *w, struct err *e)
{
	if (!w->o->dir)
		return find_image(w, e);
	w->from = arena_fmt(w->cli->arena, "dockerfile:%s", w->o->dir);
	return w->from || err_full(e, "the path");
}

/* nitro-cli's profile, and what the options say. */
static bool
configure(const struct work *w, struct build_config *c, struct err *e)
{
	const struct build_enclave *o = w->o;
	struct arena *a = w->cli->arena;
	/* nitro-cli does not check the command; here a warning reports it */
	const struct build_config over = {
		.profile = RAMDISK_NITRO_CLI,
		.scrub = SCRUB_NONE,
		.missing_command = PROCESS_MISSING_ALLOW,
		.name = o->name ? o->name : name_of(o->uri, a),
		.version = w->version,
		.boot_dir = o->boot_dir,
	};
#define AT(f) offsetof(struct build_config, f)
	config_defaults(c);
	if (!over.name)
		return err_full(e, "the name");
	return config_lay(&over, AT(profile), a, c, e) &&
	       config_lay(&over, AT(scrub), a, c, e) &&
	       config_lay(&over, AT(missing_command), a, c, e) &&
	       config_lay(&over, AT(name), a, c, e) &&
	       (!over.version || config_lay(&over, AT(version), a, c, e)) &&
	       (!over.boot_dir || config_lay(&over, AT(boot_dir), a, c, e));
#undef AT
}

/* As the verb build does; without its summary. */
static bool
build(struct work *w, const char *output, const char *pcrs, struct err *e)
{
	struct build_config c;
	struct build_opts b = { .output = output,
				.pcrs = pcrs,
				.metadata = w->o->metadata,
				.job = { .from = w->from } };
	return configure(w, &c, e) &&
	       build_with_config(w->cli, &b, &c, false, e);
}

/* Prints nitro-cli's final output. */
static bool
print_measurements(struct cli *cli, const char *path, struct err *e)
{
	DEFER(eif_inspection_finish) struct eif_inspection d = { 0 };
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct describe_plan plan = { .at = sys_now() };
	if (!description_read(cli, path, &plan, &d, e))
		return false;
	const struct measured *m = &d.measured;
	struct pcr_set s = pcr_image(&m->pcr0, &m->pcr1, &m->pcr2, NULL);
	if (!measurements_text(&b, &s, e))
		return false;
	if (cli_tells(cli))
		fwrite(b.p, 1, b.n, cli->out);
	return true;
}

/* Like nitro-cli, this verb has no options for a key's secrets. */
static bool
sign_later(struct err *e)
{
	struct span id = span_str(e->id);
	if (span_is(id, "key-encrypted") || span_is(id, "token-key") ||
	    span_is(id, "token-pin"))
		err_hint(e, "build without the two options, then: veraclave"
			    " sign-eif with --passphrase-file or --pin-file");
	return false;
}

/* Signs from a private file, so that FILE is never unsigned. */
static bool
build_signed(struct work *w, const char *pcrs, struct err *e)
{
	const struct build_enclave *o = w->o;
	const char *unsigned_eif =
		arena_fmt(w->cli->arena, "%s/unsigned.eif", w->dir);
	struct sign_eif sign = SIGN_EIF_DEFAULTS;
	if (!unsigned_eif)
		return err_full(e, "the path");
	sign.eif = unsigned_eif;
	sign.cert = o->cert;
	sign.key = o->key;
	sign.output = o->output;
	return build(w, unsigned_eif, pcrs, e) &&
	       (sign_eif_file(w->cli, &sign, e) || sign_later(e));
}

static bool
check_options(const struct build_enclave *o, struct err *e)
{
	if (!o->uri)
		return missing("--docker-uri", e);
	if (!o->output)
		return missing("--output-file", e);
	if (o->name && !o->name[0])
		return err_set(e, ERR_USAGE, "--name is empty");
	if (!o->cert != !o->key)
		return err_set(e, ERR_USAGE,
			       "--signing-certificate and --private-key go "
			       "together");
	return true;
}

static bool
build_enclave_run(struct cli *cli, void *opts, const struct opt_list *args,
		  struct err *e)
{
	const struct build_enclave *o = opts;
	DEFER(work_finish)
	struct work w = { .cli = cli, .o = o, .version = o->version };
	(void)args;
	if (!check_options(o, e))
		return false;
	struct claims c = { .arena = cli->arena };
	if (!claim_input(&c, "the metadata", o->metadata, e) ||
	    !claim_input(&c, "the certificate", o->cert, e) ||
	    !claim_input(&c, "the key", o->key, e) ||
	    !claim_output(&c, "the image", o->output, e))
		return false;
	say(cli, "Start building the Enclave Image...");
	if (!fs_tmpdir(cli->arena, &w.dir, e) || !find_source(&w, e))
		return false;
	const char *pcrs = arena_fmt(cli->arena, "%s/pcrs.json", w.dir);
	if (!pcrs)
		return err_full(e, "the path");
	bool ok = o->cert ? build_signed(&w, pcrs, e)
			  : build(&w, o->output, pcrs, e) &&
				    print_measurements(cli, o->output, e);
	if (ok)
		say(cli, "Enclave Image successfully created.");
	return ok;
}

static const struct cmd_example build_enclave_examples[] = {
	{ "veraclave build-enclave --docker-uri app:1.4 --output-file app.eif",
	  "build an image with the PCRs that nitro-cli computes" },
	{ NULL, NULL },
};

const struct cmd cmd_build_enclave = {
	.name = "build-enclave",
	.group = CMD_NITRO_CLI,
	.about = "build, under nitro-cli's name and in its profile",
	.opts = build_enclave_opts,
	.size = sizeof(struct build_enclave),
	.prose = "For scripts that call nitro-cli today. For new scripts use "
		 "build: its default profile depends on files alone, and keeps "
		 "WORKDIR and USER.",
	.examples = build_enclave_examples,
	.run = build_enclave_run,
};
