/* run: boots an enclave image. */
#include "base/argv.h"
#include "cli/cmd.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "base/num.h"
#include "verbs/description.h"
#include "sim/resign.h"
#include "sys/child.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/proc.h"
#include "run/machine.h"
#include "run/parts.h"
#include "run/qemu.h"

enum where { WHERE_AUTO, WHERE_NITRO, WHERE_QEMU, WHERE_MICROVM };
static const char *const where_names[] = { "auto", "nitro", "nitro-enclave",
					   "microvm", NULL };

#define NITRO_DEVICE "/dev/nitro_enclaves"

struct run {
	unsigned machine;
	uint64_t memory_mib, cpus, cid, timeout_s, console_max;
	bool no_console, kvm, until_ready;
	const char *eif, *name, *resign;
	uint64_t resign_port;
	struct opt_list forward, reach;
};
enum {
	RESIGN_PORT = 9001,
	READY_S = 300, /* default --timeout of --until-ready */
	CPUS = 2,
	CPUS_MAX = 255,
	MEMORY_MIB = 512,
	MEMORY_MIN = 64,
	MEMORY_MAX = 1 << 20,
};

static const struct opt run_opts[] = {
	OPT_STR(0, "eif-path", struct run, eif, "FILE",
		"the image, as with nitro-cli"),
	OPT_ENUM(0, "machine", struct run, machine, "KIND", where_names,
		 "the machine to run on (default: auto, which is nitro on a "
		 "Nitro host and nitro-enclave elsewhere)"),
	OPT_U64('m', "memory", struct run, memory_mib, "MIB", MEMORY_MIN,
		MEMORY_MAX,
		"memory in MiB; at least four times the image; default: the "
		"image's value, else 512 or four times the image"),
	OPT_U64(0, "cpus", struct run, cpus, "N", 1, CPUS_MAX,
		"virtual processors; default: the image's value, else 2"),
	OPT_U64(0, "cid", struct run, cid, "CID", 4, UINT32_MAX - 1,
		"the enclave's vsock address; default 16"),
	OPT_STR(0, "name", struct run, name, "NAME",
		"the enclave's module id, as /dev/nsm reports it"),
	OPT_LIST('p', "forward", struct run, forward, "PORT:VSOCKPORT",
		 "forward 127.0.0.1:PORT to a vsock port of the enclave"),
	OPT_LIST(0, "reach", struct run, reach, "VSOCKPORT:PORT",
		 "let the enclave connect to 127.0.0.1:PORT as VSOCKPORT of "
		 "its parent"),
	OPT_STR(0, "resign", struct run, resign, "DIR",
		"sign the enclave's documents below this root of class qemu, "
		"through a port of its parent (veraclave help resign)"),
	OPT_U64(0, "resign-port", struct run, resign_port, "VSOCKPORT", 1,
		UINT32_MAX - 1, "the port for --resign; default 9001"),
	OPT_U64(0, "timeout", struct run, timeout_s, "SECONDS", 1, 1 << 20,
		"stop after this time; an enclave that still runs then is a "
		"failure"),
	OPT_FLAG(0, "until-ready", struct run, until_ready,
		 "stop with status 0 as soon as the enclave is up and each "
		 "forwarded port accepts a connection; 4 after --timeout, "
		 "whose default is then 300"),
	OPT_FLAG(0, "no-console", struct run, no_console,
		 "do not show the enclave's console"),
	OPT_SIZE(0, "console-max", struct run, console_max, "SIZE", 1,
		 INT64_MAX,
		 "show at most this much of the console and report the rest; "
		 "the enclave continues"),
	OPT_FLAG(0, "kvm", struct run, kvm,
		 "let QEMU use KVM; by default it emulates the processor"),
	OPT_END,
};

static void
run_defaults(void *opts)
{
	struct run *r = opts;
	r->cid = 16;
	r->resign_port = RESIGN_PORT;
}

/* "A:B" with two port numbers; the left one is TCP unless swapped. */
static bool
port_pair(const char *text, bool tcp_first, struct machine_port *p,
	  struct err *e)
{
	struct span right = span_str(text), left = span_cut(&right, ':');
	uint64_t l, r;
	if (num_parse(left, &l) && num_parse(right, &r)) {
		uint64_t tcp = tcp_first ? l : r, vsock = tcp_first ? r : l;
		if (tcp <= UINT16_MAX && vsock < UINT32_MAX) {
			p->tcp = (uint16_t)tcp;
			p->vsock = (uint32_t)vsock;
			return true;
		}
	}
	err_set(e, ERR_USAGE, "%s is not two port numbers", show_str(text).s);
	return err_hint(e, tcp_first ? "write PORT:VSOCKPORT, as 8080:8080"
				     : "write VSOCKPORT:PORT, as 8000:8000");
}

/* Returns true if both listen on the same port; 0 picks a free one. */
static bool
same_end(const struct machine_port *x, const struct machine_port *y,
	 bool tcp_first)
{
	return tcp_first ? x->tcp && x->tcp == y->tcp : x->vsock == y->vsock;
}

static bool
port_list(const struct opt_list *l, bool tcp_first, struct machine_port *out,
	  size_t *n, struct err *e)
{
	if (l->n > MACHINE_PORTS)
		return err_set(e, ERR_USAGE, "more than %d ports",
			       MACHINE_PORTS);
	for (size_t i = 0; i < l->n; i++) {
		if (!port_pair(l->v[i], tcp_first, &out[i], e))
			return false;
		for (size_t k = 0; k < i; k++)
			if (same_end(&out[i], &out[k], tcp_first))
				return err_set(e, ERR_USAGE,
					       "%s: the port is given twice",
					       show_str(l->v[i]).s);
	}
	*n = l->n;
	return true;
}

static void
run_say(void *self, const char *text)
{
	const struct cli *cli = self;
	if (cli->quiet)
		return;
	fprintf(stderr, "veraclave: ");
	cli_put_text(stderr, span_str(text));
	fprintf(stderr, "\n");
}

/* Fails because the enclave was not ready before the timeout. */
static bool
not_ready(const struct machine_end *end, const struct run *r, struct err *e)
{
	unsigned long long s = (unsigned long long)r->timeout_s;
	if (!end->up) {
		err_set(e, ERR_SYS,
			"not ready after %llu s: there was no heartbeat", s);
		return err_hint(e,
				"the console shows how far the enclave came; "
				"on a busy machine use a longer --timeout");
	}
	err_set(e, ERR_SYS,
		"not ready after %llu s: vsock port %u of the enclave %s", s,
		end->silent,
		end->refused ? "refuses connections, nothing listens there"
			     : "did not answer");
	return end->refused ? err_hint(e, MACHINE_SHUT, end->silent) : false;
}

/* Translates the enclave's end into the verb's result. */
static bool
verdict(const struct machine_end *end, const struct run *r, struct err *e)
{
	if (end->signal)
		return err_set(e, ERR_SYS, "stopped by signal %d", end->signal);
	if (end->ready && r->until_ready)
		return true;
	if (end->timed_out && r->until_ready)
		return not_ready(end, r, e);
	if (end->timed_out)
		return err_set(e, ERR_SYS,
			       "the enclave still ran after %llu s (%s)",
			       (unsigned long long)r->timeout_s,
			       end->up ? "its heartbeat was answered"
				       : "there was no heartbeat");
	if (end->reported && end->status == 0)
		return !r->until_ready ||
		       err_set(e, ERR_REFUSED,
			       "the application ended, with status 0, before "
			       "it was ready");
	if (end->reported)
		return err_set(e, ERR_REFUSED,
			       "the application exited with status %u",
			       end->status);
	err_set(e, ERR_SYS,
		"the machine ended without a report (status %d): %s",
		end->emulator,
		end->last[0] ? show_str(end->last).s : "it printed nothing");
	if (!end->up && r->memory_mib < MEMORY_MIB)
		return err_hint(e, "it had %llu MiB of memory: try --memory %d",
				(unsigned long long)r->memory_mib, MEMORY_MIB);
	return err_hint(e, "only Veraclave's own init reports how the "
			   "application ended");
}

/* Nitro, and a kernel that unpacks the image, need four times its size. */
static uint64_t
least_memory(const struct eif *eif)
{
	return 4 * (eif->size / MIB + (eif->size % MIB != 0));
}

static bool
enough_memory(const struct eif *eif, uint64_t mib, struct err *e)
{
	unsigned long long least = least_memory(eif);
	if (mib >= least)
		return true;
	err_set(e, ERR_USAGE,
		"%llu MiB of memory are too little for an image of %s",
		(unsigned long long)mib, show_size(eif->size).s);
	return err_hint(e,
			"give --memory %llu or more: four times the image, as "
			"on a Nitro host",
			least);
}

/* Memory and processors come from the options, else from the image's header,
 * else from our defaults. The header is foreign input: impossible or too small
 * values are ignored. */
static bool
settle_resources(const struct eif *eif, struct run *r, struct err *e)
{
	uint64_t least = least_memory(eif), asked = eif->mem / MIB;
	if (r->cpus == 0)
		r->cpus = eif->cpus >= 1 && eif->cpus <= CPUS_MAX ? eif->cpus
								  : CPUS;
	if (r->memory_mib)
		return enough_memory(eif, r->memory_mib, e);
	r->memory_mib = least > MEMORY_MIB ? least : MEMORY_MIB;
	if (asked >= MEMORY_MIN && asked <= MEMORY_MAX && asked >= least)
		r->memory_mib = asked;
	return true;
}

/* Refuses an image that describe refuses; sets memory and processors. */
static bool
look(struct cli *cli, const char *path, struct run *r, struct err *e)
{
	DEFER(eif_inspection_finish) struct eif_inspection d = { 0 };
	const struct describe_plan plan = { .at = sys_now() };
	return parts_check(path, cli->arena, e) &&
	       description_read(cli, path, &plan, &d, e) &&
	       settle_resources(&d.eif, r, e);
}

/* Signs a document that the guest sent. */
static bool
run_resign(void *self, struct span doc, struct buf *out, struct err *e)
{
	DEFER(arena_finish) struct arena a = { .max = MIB };
	return resign_fresh(self, doc, &a, out, e) ||
	       err_ctx(e, "a document was not signed");
}

static bool
offer_resign(struct cli *cli, const struct run *r, struct sim_root *root,
	     struct machine *m, struct err *e)
{
	if (!r->resign)
		return true;
	if (r->machine == WHERE_MICROVM)
		return err_set(e, ERR_USAGE,
			       "--resign: the machine microvm has"
			       " no /dev/nsm");
	m->ask = (struct ask_service){ (uint32_t)r->resign_port, run_resign,
				       root };
	if (!resign_root(r->resign, cli->arena, root, e))
		return false;
	char *text = arena_fmt(cli->arena,
			       "documents sent to the parent's port %llu are"
			       " signed: trust class qemu, no evidence",
			       (unsigned long long)r->resign_port);
	if (!text)
		return err_full(e, "run");
	run_say(cli, text);
	return true;
}

static void
emptied(char **dir)
{
	if (*dir)
		fs_remove_tree(*dir);
}

/* Sets *sig to the signal that stopped it. */
static bool
run_qemu(struct cli *cli, const struct run *r, const char *eif, int *sig,
	 struct err *e)
{
	DEFER(emptied) char *dir = NULL;
	DEFER(sim_root_finish) struct sim_root root = { 0 };
	struct arena *a = cli->arena;
	struct qemu qemu;
	bool micro = r->machine == WHERE_MICROVM;
	struct parts parts = { 0 };
	struct qemu_guest g = { .kind = micro ? QEMU_MICROVM : QEMU_NITRO,
				.eif = eif,
				.id = r->name,
				.memory_mib = r->memory_mib,
				.cpus = r->cpus,
				.kvm = r->kvm };
	struct machine m = { .cid = r->cid,
			     .timeout_s = r->timeout_s,
			     .until_ready = r->until_ready,
			     .console = !r->no_console,
			     .console_max = r->console_max,
			     .say = run_say,
			     .self = cli };
	struct machine_end end;
	if (!port_list(&r->forward, true, m.forward, &m.forwards, e) ||
	    !port_list(&r->reach, false, m.reach, &m.reaches, e) ||
	    !offer_resign(cli, r, &root, &m, e) || (r->kvm && !qemu_kvm(e)) ||
	    !qemu_find(a, g.kind, &qemu, e) || !fs_tmpdir(a, &dir, e) ||
	    (micro && !parts_write(eif, dir, a, &parts, e)))
		return false;
	if (micro)
		run_say(cli, "this is QEMU's microvm: it has no /dev/nsm and "
			     "does not measure the image");
	g.kernel = parts.kernel;
	g.initrd = parts.initrd;
	g.cmdline = parts.cmdline;
	m.socket = g.socket = arena_fmt(a, "%s/vsock", dir);
	if (!m.socket)
		return err_full(e, "run");
	if (!qemu_argv(a, &qemu, &g, &m.argv, e) ||
	    !machine_run(&m, a, &end, e))
		return false;
	*sig = end.signal;
	return verdict(&end, r, e);
}

/* A Nitro host: nitro-cli does it, and its output is the result. */
static bool
run_nitro(struct cli *cli, const struct run *r, const char *eif, struct err *e)
{
	struct arena *a = cli->arena;
	uint64_t mib = r->memory_mib;
	struct argv v = { .v = { "nitro-cli", "run-enclave" }, .n = 2 };
	if (r->forward.n || r->reach.n || r->resign || r->timeout_s ||
	    r->until_ready) {
		err_set(e, ERR_USAGE,
			"on a Nitro host the enclave is a peer "
			"on vsock and runs by itself");
		return err_hint(e, "leave --forward, --reach, --resign, "
				   "--timeout and --until-ready out; socat can "
				   "forward ports");
	}
	argv_option(&v, "--eif-path", eif);
	argv_option(&v, "--memory",
		    arena_fmt(a, "%llu", (unsigned long long)mib));
	argv_option(&v, "--cpu-count",
		    arena_fmt(a, "%llu", (unsigned long long)r->cpus));
	argv_option(&v, "--enclave-cid",
		    arena_fmt(a, "%llu", (unsigned long long)r->cid));
	argv_given(&v, "--enclave-name", r->name);
	DEFER(buf_free) struct buf out = buf_max(1 * MIB);
	struct proc p = { .argv = v.v, .out = &out };
	if (!argv_ok(&v, e))
		return false;
	if (!proc_check(&p, e))
		return e->code == ERR_NOTFOUND
			       ? err_hint(e, "--machine nitro works on a Nitro "
					     "host with AWS's nitro-cli; "
					     "--machine nitro-enclave and "
					     "microvm use QEMU")
			       : false;
	fwrite(out.p, 1, out.n, cli->out);
	return true;
}

static bool
run_run(struct cli *cli, void *opts, const struct opt_list *args, struct err *e)
{
	struct run *r = opts;
	const char *eif = r->eif ? r->eif : args->n ? args->v[0] : NULL;
	if (!eif || (r->eif && args->n)) {
		err_set(e, ERR_USAGE,
			eif ? "two images are named" : "no image is named");
		return err_hint(e, "give EIF or --eif-path FILE");
	}
	enum where where = r->machine;
	if (where == WHERE_AUTO) {
		bool host = fs_kind(NITRO_DEVICE) != FS_NONE &&
			    proc_find(cli->arena, "nitro-cli");
		where = host ? WHERE_NITRO : WHERE_QEMU;
	}
	if (!look(cli, eif, r, e))
		return false;
	if (r->until_ready && !r->timeout_s)
		r->timeout_s = READY_S;
	if (where == WHERE_NITRO)
		return run_nitro(cli, r, eif, e);
	int sig = 0;
	bool ok = run_qemu(cli, r, eif, &sig, e);
	if (sig)
		signals_die(sig); /* everything is cleaned up by now */
	return ok;
}

static const struct cmd_example run_examples[] = {
	{ "veraclave run app.eif --forward 8080:8080",
	  "boot an image and forward http://127.0.0.1:8080 to its vsock port "
	  "8080" },
	{ "veraclave run app.eif --until-ready --forward 0:8080 --timeout 120",
	  "for CI: exit with 0 if the enclave starts and listens" },
	{ "veraclave run app.eif --resign DIR",
	  "also sign the documents that it sends to its parent's port 9001" },
	{ NULL, NULL },
};

const struct cmd cmd_run = {
	.name = "run",
	.streams = true,
	.group = CMD_RUN,
	.about = "boot an enclave image, here or on a Nitro host",
	.args = "[EIF]",
	.max_args = 1,
	.opts = run_opts,
	.size = sizeof(struct run),
	.defaults = run_defaults,
	.prose = "On a Nitro host nitro-cli starts the enclave. On other "
		 "machines QEMU's machine nitro-enclave reads the image, "
		 "measures it with its own code and reports the results on "
		 "/dev/nsm; it does not sign attestation documents. The "
		 "machine microvm works with any QEMU: it shows that the image "
		 "boots and serves, but has no /dev/nsm and measures "
		 "nothing.\n\nThe console goes to standard output. run answers "
		 "the heartbeat of the enclave's init. The exit status is 0 if "
		 "the application ended with status 0, 1 if it ended with "
		 "another status, and 4 if its status is not known. With "
		 "--until-ready it is 0 as soon as the enclave is up and its "
		 "forwarded ports accept connections.",
	.examples = run_examples,
	.run = run_run,
};
