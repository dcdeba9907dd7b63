/* simulate: runs a program with a simulated /dev/nsm. */
#include "cli/cmd.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "verbs/release.h"
#include "codec/hex.h"
#include "eif/inspect.h"
#include "sim/serve.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/secret.h"

struct simulate {
	const char *eif, *pcrs, *root, *socket;
	unsigned class;
	const char *role_arn, *instance_id, *module_id, *region;
	uint64_t at, leaf_age, delay_ms, field_max;
	bool debug, definite, strict, trace;
	struct opt_list fault;
};

static const struct opt simulate_opts[] = {
	OPT_STR(0, "eif", struct simulate, eif, "FILE",
		"the image whose registers the module reports"),
	OPT_STR(0, "pcrs", struct simulate, pcrs, "FILE",
		"take the registers from pcrs.json, or from another tool's "
		"output"),
	OPT_FLAG(0, "debug", struct simulate, debug,
		 "simulate debug mode: PCR0, 1, 2 and 8 are zero"),
	OPT_STR(0, "role-arn", struct simulate, role_arn, "ARN",
		"the parent's IAM role, for PCR3"),
	OPT_STR(0, "instance-id", struct simulate, instance_id, "ID",
		"the parent's instance id, for PCR4; default: a random one"),
	OPT_STR(0, "module-id", struct simulate, module_id, "ID",
		"INSTANCE-encDIGITS; default: computed from id and time"),
	OPT_STR(0, "region", struct simulate, region, "REGION",
		"the region in the certificates' names; default us-east-1"),
	OPT_STR(0, "root", struct simulate, root, "DIR",
		"the directory of the simulator root"),
	OPT_ENUM(0, "class", struct simulate, class, "CLASS", sim_class_names,
		 "init: the class of the root: sim (default), qemu (for "
		 "resign) or development (passes if a policy names it)"),
	OPT_STR(0, "socket", struct simulate, socket, "PATH",
		"also serve on a UNIX socket"),
	OPT_U64(0, "at", struct simulate, at, "EPOCH", 1, UINT32_MAX,
		"the start of the module's clock; default now"),
	OPT_U64(0, "leaf-age", struct simulate, leaf_age, "SECONDS", 0, 10800,
		"the age of the first certificate at the start"),
	OPT_FLAG(0, "definite", struct simulate, definite,
		 "write documents as before 2025: a map of definite length"),
	OPT_FLAG(0, "strict", struct simulate, strict,
		 "accept only requests as AWS's library writes them"),
	OPT_U64(0, "field-max", struct simulate, field_max, "BYTES", 1, 4096,
		"the size limit of user data, nonce and public key; default "
		"1024"),
	OPT_U64(0, "delay", struct simulate, delay_ms, "MS", 0, 600000,
		"wait this long before each answer"),
	OPT_LIST(0, "fault", struct simulate, fault, "NAME",
		 "simulate a fault: refuse, oversize, expired, digest, "
		 "corrupt, signature or garbage"),
	OPT_FLAG(0, "trace", struct simulate, trace, "report each call"),
	OPT_END,
};

static const char *const fault_names[] = {
	"refuse",  "oversize",  "expired", "digest",
	"corrupt", "signature", "garbage",
};

static void
simulate_defaults(void *opts)
{
	struct simulate *o = opts;
	o->at = OPT_UNSET;
}

static bool
read_faults(const struct opt_list *l, unsigned *out, struct err *e)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t k = 0;
		while (k < COUNT(fault_names) &&
		       strcmp(l->v[i], fault_names[k]) != 0)
			k++;
		if (k == COUNT(fault_names))
			return err_set(e, ERR_USAGE, "there is no fault %s",
				       show_str(l->v[i]).s);
		*out |= 1u << k;
	}
	return true;
}

static bool
root_dir(struct cli *cli, const char *given, const char **out, struct err *e)
{
	*out = given ? given : sim_root_dir(cli->arena);
	if (*out)
		return true;
	err_set(e, ERR_USAGE, "no directory for the simulator root");
	return err_hint(e, "name a directory, or set HOME");
}

/* simulate init [DIR]. The default directory holds only the default class, so
 * that a root of another class must be named wherever it is used. */
static bool
init_root(struct cli *cli, const struct simulate *o, const char *dir,
	  struct err *e)
{
	DEFER(sim_root_finish) struct sim_root root = { 0 };
	DEFER(secret_free) struct secret seed = { 0 };
	struct hash h;
	if (!dir)
		dir = o->root;
	bool own_place = !dir;
	if (!dir && o->class != SIM_CLASS_SIM)
		return err_set(e, ERR_USAGE,
			       "a root of class %s needs its own directory",
			       sim_class_names[o->class]);
	if (!root_dir(cli, dir, &dir, e) || !secret_alloc(&seed, SIM_SEED, e) ||
	    !sys_random(seed.p, SIM_SEED, e) ||
	    !sim_root_make(seed.p, (enum sim_class)o->class, cli->arena, &root,
			   e) ||
	    !sim_root_save(&root, dir, own_place, cli->arena, e) ||
	    !digest_of(DIGEST_SHA256, &root.der, 1, &h, e))
		return false;
	char *hex = hex_of(cli->arena, hash_span(&h));
	if (cli_tells(cli)) {
		cli_put_name(cli->out, dir);
		fprintf(cli->out, "/root.der\nsha256 %s\n", hex ? hex : "");
	}
	return true;
}

/* A development key signs only where it was asked to by name, and only for
 * the program beside it: not through a socket, to which the environment could
 * lead programs that know nothing of it. */
static bool
class_fits(const struct cli *cli, const struct simulate *o,
	   const struct sim_root *root, struct err *e)
{
	if (root->class != SIM_CLASS_DEVELOPMENT)
		return true;
	if (!o->root) {
		err_set(e, ERR_USAGE,
			"a development key must not be in the default "
			"directory");
		return err_hint(e, "name its directory: --root DIR");
	}
	if (o->socket) {
		err_set(e, ERR_USAGE,
			"a development key does not serve on a"
			" socket");
		return err_hint(e, "put the program after --");
	}
	if (!cli->quiet)
		fprintf(stderr, "veraclave: documents of trust class"
				" development: only a policy that names the key"
				" accepts them\n");
	return true;
}

/* Of these only those that an image measures count: PCR3 and PCR4 are the
 * parent's, which the options tell of. */
static bool
boot_from_pcrs(const char *path, struct arena *a, struct bank_boot *b,
	       struct err *e)
{
	struct release r;
	if (!release_image(path, path, a, &r, e))
		return false;
	b->pcrs = r.pcrs;
	return true;
}

/* A bad signature is a warning, because no hypervisor refuses the image
 * here. */
static bool
boot_from_eif(struct cli *cli, const char *path, struct bank_boot *b,
	      struct err *e)
{
	struct eif_inspect_plan plan = { 0 };
	struct eif_inspection *i = NEW(cli->arena, struct eif_inspection, 1);
	if (!i)
		return err_full(e, "an image's registers");
	bool ok = eif_inspect(path, &plan, cli->arena, i, e);
	eif_inspection_finish(i);
	if (!ok)
		return false;
	if (i->content.is_signed && i->verdict != EIFSIG_GOOD)
		note_warn(&i->notes, "eif-signature-check",
			  "%s; hardware would not start this image",
			  eifsig_verdict_text(i->verdict));
	b->pcrs = eif_inspection_pcrs(i);
	cli_notes(cli, &i->notes);
	return true;
}

static bool
nothing_measured(struct err *e)
{
	err_set(e, ERR_USAGE, "the values of the registers are not given");
	return err_hint(e, "give --eif or --pcrs, or --debug for the zeros of"
			   " debug mode");
}

static bool
read_boot(struct cli *cli, const struct simulate *o, struct bank_boot *b,
	  struct err *e)
{
	if (o->eif && o->pcrs)
		return err_set(e, ERR_USAGE,
			       "--eif and --pcrs exclude each other");
	if (!o->eif && !o->pcrs && !o->debug)
		return nothing_measured(e);
	if (o->eif && !boot_from_eif(cli, o->eif, b, e))
		return false;
	if (o->pcrs && !boot_from_pcrs(o->pcrs, cli->arena, b, e))
		return false;
	b->debug = o->debug;
	b->role_arn = span_str(o->role_arn);
	b->instance_id = span_str(o->instance_id);
	return true;
}

/* "i-0" and 16 random digits, when no id was given. */
static bool
make_up_instance(struct cli *cli, struct sim_config *c, struct err *e)
{
	uint8_t v[8];
	if (c->boot.instance_id.n || c->module_id.n)
		return true;
	if (!sys_random(v, sizeof v, e))
		return false;
	char *hex = hex_of(cli->arena, span_of(v, sizeof v));
	char *id = hex ? arena_fmt(cli->arena, "i-0%s", hex) : NULL;
	c->boot.instance_id = span_str(id);
	return id || err_full(e, "instance id");
}

struct voice {
	const struct cli *cli;
	bool trace;
};

static void
simulate_say(void *self, bool warning, const char *text)
{
	const struct voice *v = self;
	if (!v->trace && (!warning || v->cli->quiet))
		return;
	fprintf(stderr, "veraclave: nsm: %s", warning ? "warning: " : "");
	cli_put_text(stderr, span_str(text));
	fprintf(stderr, "\n");
}

static bool
run_sim(struct cli *cli, const struct simulate *o, struct sim_config *c,
	const char *const *argv, struct err *e)
{
	DEFER(sim_close) struct sim sim = { 0 };
	struct serve_plan p = { .sim = &sim,
				.argv = argv,
				.socket = o->socket,
				.delay_ms = o->delay_ms,
				.start_ms = c->start_ms };
	if (!sim_open(&sim, c, e))
		return false;
	if (!cli->quiet)
		fprintf(stderr, "veraclave: simulating %s%s\n",
			show(sim.module_id).s,
			o->debug ? " in debug mode" : "");
	return serve(&p, &cli->status, e);
}

static bool
simulate_run(struct cli *cli, void *opts, const struct opt_list *args,
	     struct err *e)
{
	const struct simulate *o = opts;
	DEFER(sim_root_finish) struct sim_root root = { 0 };
	struct voice voice = { cli, o->trace };
	bool init = args->n && strcmp(args->v[0], "init") == 0 && !o->eif &&
		    !o->pcrs && !o->debug;
	if (init && args->n <= 2)
		return init_root(cli, o, args->n > 1 ? args->v[1] : NULL, e);
	if (o->class != SIM_CLASS_SIM)
		return err_set(
			e, ERR_USAGE,
			"--class is for init: a root contains its class");
	if (!args->n && !o->socket) {
		err_set(e, ERR_USAGE, "no program to run");
		return err_hint(e, "veraclave simulate --eif FILE -- PROGRAM"
				   " ARGUMENT..., or give --socket");
	}
	struct sim_config c = {
		.root = &root,
		.module_id = span_str(o->module_id),
		.region = span_str(o->region),
		.start_ms = 1000 *
			    (o->at == OPT_UNSET ? (uint64_t)sys_now() : o->at),
		.leaf_age = o->leaf_age,
		.definite = o->definite,
		.strict = o->strict,
		.field_max = (size_t)o->field_max,
		.random = sys_random,
		.say = simulate_say,
		.self = &voice,
	};
	const char *dir, **argv = NEW(cli->arena, const char *, args->n + 1);
	if (!argv)
		return err_full(e, "simulate");
	for (size_t i = 0; i < args->n; i++)
		argv[i] = args->v[i];
	return read_faults(&o->fault, &c.faults, e) &&
	       root_dir(cli, o->root, &dir, e) &&
	       read_boot(cli, o, &c.boot, e) && make_up_instance(cli, &c, e) &&
	       sim_root_load(dir, cli->arena, &root, e) &&
	       class_fits(cli, o, &root, e) &&
	       run_sim(cli, o, &c, args->n ? argv : NULL, e);
}

static const struct cmd_example simulate_examples[] = {
	{ "veraclave simulate init",
	  "make the root below which your simulated documents are signed" },
	{ "veraclave simulate --eif app.eif -- ./app",
	  "run a program as if it were in that enclave" },
	{ "veraclave simulate --debug --socket /tmp/nsm",
	  "serve on a socket until a signal arrives" },
	{ NULL, NULL },
};

const struct cmd cmd_simulate = {
	.name = "simulate",
	.streams = true,
	.group = CMD_RUN,
	.about = "run a program with a simulated /dev/nsm",
	.args = "init [DIR] | -- PROGRAM [ARGUMENT...]",
	.max_args = 4096,
	.opts = simulate_opts,
	.size = sizeof(struct simulate),
	.defaults = simulate_defaults,
	.prose = "The program and its children get a /dev/nsm with all seven "
		 "calls and the device's limits, lock rules and error names. "
		 "The program need not be recompiled and may be linked "
		 "statically; no privileges are needed. simulate exits with "
		 "the status of the program.\n\nDocuments are signed below a "
		 "root that \"simulate init\" makes once, in DIR; the default "
		 "is veraclave/simulator in XDG_DATA_HOME or ~/.local/share. "
		 "The parent of DIR must exist. A verifier trusts the root "
		 "only if it is named.\n\n--class requires DIR. A root of "
		 "class development is a development key: its documents pass "
		 "only under a policy that names it. Name it with --root each "
		 "time; it is never a default.",
	.examples = simulate_examples,
	.run = simulate_run,
};
