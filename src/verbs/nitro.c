/*
 * describe-eif and build-enclave: what nitro-cli calls them, with its flags
 * and its JSON. They are made of our own verbs.
 */
#include "base/argv.h"
#include "cli/cmd.h"

#include <errno.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "cli/call.h"
#include "verbs/description.h"
#include "verbs/verbs.h"
#include "verbs/measurements.h"
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
	const char *const argv[] = { "describe", "--", o->eif, NULL };
	return cli_call(cli, argv, e);
}

static const struct cmd_example describe_eif_examples[] = {
	{ "veraclave describe-eif --eif-path app.eif",
	  "PCRs and everything else, as JSON" },
	{ NULL, NULL },
};

const struct cmd cmd_describe_eif = {
	.name = "describe-eif",
	.group = "As in nitro-cli",
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
		"the image: of the local Docker daemon, else of its registry"),
	OPT_STR(0, "docker-dir", struct build_enclave, dir, "DIR",
		"a directory with a Dockerfile that is built first"),
	OPT_STR(0, "output-file", struct build_enclave, output, "FILE",
		"the enclave image to write"),
	OPT_STR(0, "signing-certificate", struct build_enclave, cert, "FILE",
		"sign with this certificate (PEM)"),
	OPT_STR(0, "private-key", struct build_enclave, key, "KEY",
		"and its key: a PEM file, fd:N, or a pkcs11: URI"),
	OPT_STR(0, "name", struct build_enclave, name, "NAME",
		"the enclave's name (default: the reference without tag)"),
	OPT_STR(0, "version", struct build_enclave, version, "VERSION",
		"its version (default: the id that Docker has for the image)"),
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

/* The id that a Docker daemon has for the image; NULL: there is none. */
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

/* As nitro-cli: what the daemon has, and else what the registry has. */
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

/* Our own verb build, in nitro-cli's profile; its summary is not printed. */
static bool
build(struct work *w, const char *output, const char *pcrs, struct err *e)
{
	const struct build_enclave *o = w->o;
	struct cli silent = *w->cli;
	const char *name = o->name ? o->name : name_of(o->uri, silent.arena);
	/* nitro-cli does not look for the command: here a warning tells */
	struct argv words = { .v = { "build", "--allow-missing-command" },
			      .n = 2 };
	argv_given(&words, "--from", w->from);
	argv_given(&words, "--output", output);
	argv_given(&words, "--pcrs", pcrs);
	argv_given(&words, "--profile", "nitro-cli");
	argv_given(&words, "--scrub", "none");
	argv_given(&words, "--name", name);
	argv_given(&words, "--app-version", w->version);
	argv_given(&words, "--metadata", o->metadata);
	argv_given(&words, "--boot-dir", o->boot_dir);
	silent.out = fopen("/dev/null", "w");
	if (!silent.out)
		return err_sys(e, errno, "cannot open /dev/null");
	bool ok = argv_ok(&words, e) && cli_call(&silent, words.v, e);
	fclose(silent.out);
	return ok;
}

/* What nitro-cli prints at the end. */
static bool
print_measurements(struct cli *cli, const char *path, struct err *e)
{
	DEFER(description_finish) struct description d = { 0 };
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct describe_plan plan = { .at = sys_now() };
	if (!description_read(cli, path, &plan, &d, e) ||
	    !measurements_text(&b, &d.measured, NULL, e))
		return false;
	if (cli_tells(cli))
		fwrite(b.p, 1, b.n, cli->out);
	return true;
}

/* nitro-cli has no options for a key's secrets, and so this verb neither. */
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

/* Signed from a file that nobody sees, so that FILE is never unsigned. */
static bool
build_signed(struct work *w, const char *pcrs, struct err *e)
{
	const struct build_enclave *o = w->o;
	const char *unsigned_eif =
		arena_fmt(w->cli->arena, "%s/unsigned.eif", w->dir);
	const char *const argv[] = { "sign-eif",   "--eif-path",
				     unsigned_eif, "--signing-certificate",
				     o->cert,      "--private-key",
				     o->key,       "--output",
				     o->output,    NULL };
	if (!unsigned_eif)
		return err_full(e, "the path");
	if (!build(w, unsigned_eif, pcrs, e))
		return false;
	return cli_call(w->cli, argv, e) || sign_later(e);
}

static bool
check_options(const struct build_enclave *o, struct err *e)
{
	if (!o->uri)
		return missing("--docker-uri", e);
	if (!o->output)
		return missing("--output-file", e);
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
	  "the PCRs that nitro-cli gives for this image" },
	{ NULL, NULL },
};

const struct cmd cmd_build_enclave = {
	.name = "build-enclave",
	.group = "As in nitro-cli",
	.about = "build, under nitro-cli's name and in its profile",
	.opts = build_enclave_opts,
	.size = sizeof(struct build_enclave),
	.prose = "For scripts that call nitro-cli today. New ones are better "
		 "off with the verb build: its default profile depends on "
		 "files alone, and keeps WORKDIR and USER.",
	.examples = build_enclave_examples,
	.run = build_enclave_run,
};
