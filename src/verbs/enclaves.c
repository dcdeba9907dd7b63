/*
 * run-enclave, describe-enclaves, console and terminate-enclave: nitro-cli's
 * names for what runs. The enclaves are our own runs in QEMU; on a Nitro host
 * nitro-cli runs them; an enclave without our record belongs to nitro-cli.
 */
#include "base/argv.h"
#include "cli/cmd.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "verbs/description.h"
#include "verbs/verbs.h"
#include "pcrs/measurements.h"
#include "codec/jwrite.h"
#include "run/enclaves.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/private.h"
#include "sys/proc.h"

#define CONSOLE_MAX "16M" /* of what an enclave prints, on the disk */

enum {
	CID_FIRST = 16,
	CPUS_MAX = 255,
	EARLY_MS = 400,
	FOREVER = 0,
	TICK_MS = 40
};

struct enclave_opts {
	const char *eif, *id, *name;
	uint64_t cpus, memory, cid, timeout;
	bool debug, attach, all;
};

static void
number(struct argv *w, struct arena *a, const char *option, uint64_t v)
{
	if (v)
		argv_given(w, option,
			   arena_fmt(a, "%llu", (unsigned long long)v));
}

static bool
on_host(struct cli *cli)
{
	return fs_kind("/dev/nitro_enclaves") != FS_NONE &&
	       proc_find(cli->arena, "nitro-cli");
}

/* Chooses where nitro-cli's output goes: with --json it is not our result. */
static int
out_fd(const struct cli *cli)
{
	return cli->out == stderr ? PROC_STDERR : PROC_STDOUT;
}

/* nitro-cli with the options that were given; it prints the result. */
static bool
hand_over(struct cli *cli, const char *verb, const struct enclave_opts *o,
	  struct err *e)
{
	struct argv w = { .v = { "nitro-cli", verb }, .n = 2 };
	argv_given(&w, "--eif-path", o->eif);
	argv_given(&w, "--enclave-id", o->id);
	argv_given(&w, "--enclave-name", o->name);
	number(&w, cli->arena, "--cpu-count", o->cpus);
	number(&w, cli->arena, "--memory", o->memory);
	number(&w, cli->arena, "--enclave-cid", o->cid);
	number(&w, cli->arena, "--disconnect-timeout", o->timeout);
	if (o->debug)
		argv_add(&w, "--debug-mode");
	if (o->attach)
		argv_add(&w, "--attach-console");
	struct proc p = { .argv = w.v, .out_fd = out_fd(cli) };
	fflush(cli->out);
	return argv_ok(&w, e) && proc_check(&p, e);
}

static bool
open_records(struct cli *cli, struct enclaves *s, struct err *e)
{
	struct notes notes = { .arena = cli->arena };
	bool ok = enclaves_open(s, cli->arena, &notes, e);
	cli_notes(cli, &notes);
	return ok;
}

static void
put_enclave(struct jw *w, const struct enclave *x, bool state)
{
	struct pcr_set s = pcr_image(&x->pcr[0], &x->pcr[1], &x->pcr[2], NULL);
	jw_map(w, NULL);
	jw_str(w, "EnclaveName", x->name);
	jw_str(w, "EnclaveID", x->id);
	jw_int(w, "ProcessID", x->process.pid);
	jw_u64(w, "EnclaveCID", x->cid);
	jw_u64(w, "NumberOfCPUs", x->cpus);
	jw_list(w, "CPUIDs"); /* QEMU takes none for itself */
	jw_end(w);
	jw_u64(w, "MemoryMiB", x->memory_mib);
	if (state) {
		jw_str(w, "State", "RUNNING");
		jw_str(w, "Flags", x->debug ? "DEBUG_MODE" : "NONE");
		measurements_put(w, &s);
	}
	jw_end(w);
}

static bool
print(struct cli *cli, struct buf *b, const struct jw *w, struct err *e)
{
	buf_u8(b, '\n');
	if (!jw_ok(w, e))
		return false;
	fwrite(b->p, 1, b->n, cli->out);
	return true;
}

static bool
taken(const struct enclaves *s, const char *name, uint64_t cid)
{
	for (size_t i = 0; i < s->n; i++)
		if (name ? strcmp(s->v[i].name, name) == 0 : s->v[i].cid == cid)
			return true;
	return false;
}

/* The image's file name without .eif, with a number when it is taken. */
static const char *
name_of(const struct enclaves *s, const struct enclave_opts *o)
{
	struct span base = span_str(o->name ? o->name : o->eif);
	if (!o->name) {
		size_t slash = span_rfind(base, '/');
		base = slash < base.n ? span_from(base, slash + 1) : base;
		if (span_ends(base, SPAN(".eif")))
			base.n -= 4;
	}
	const char *name = arena_cstr(s->arena, base);
	for (int i = 1; name && taken(s, name, 0); i++)
		name = arena_fmt(s->arena, "%.*s_%d", SPAN_ARG(base), i);
	return name;
}

static bool
fill(struct cli *cli, const struct enclaves *s, const struct enclave_opts *o,
     struct enclave *x, struct err *e)
{
	DEFER(eif_inspection_finish) struct eif_inspection d = { 0 };
	const struct describe_plan plan = { .at = sys_now() };
	uint64_t r;
	if (!description_read(cli, o->eif, &plan, &d, e) ||
	    !sys_random(&r, sizeof r, e))
		return false;
	x->id = arena_fmt(cli->arena, "i-00000000000000000-enc%016llx",
			  (unsigned long long)r);
	x->name = name_of(s, o);
	if (x->name && strlen(x->name) > ENCLAVE_NAME_MAX)
		return err_set(
			e, ERR_USAGE,
			"the name of the enclave is longer than %d bytes",
			ENCLAVE_NAME_MAX);
	x->cpus = o->cpus;
	x->memory_mib = o->memory;
	x->debug = o->debug || o->attach;
	if (o->cid && taken(s, NULL, o->cid))
		return err_set(e, ERR_USAGE, "the CID %llu is taken",
			       (unsigned long long)o->cid);
	x->cid = o->cid ? o->cid : CID_FIRST;
	while (taken(s, NULL, x->cid))
		x->cid++;
	const struct hash *pcr[] = { &d.measured.pcr0, &d.measured.pcr1,
				     &d.measured.pcr2 };
	for (size_t i = 0; i < COUNT(pcr); i++)
		x->pcr[i] = *pcr[i];
	return !cli->arena->failed || err_full(e, "run-enclave");
}

/* Fails with the last line that it printed, and its hint. */
static bool
early_end(const struct enclaves *s, const char *path, struct err *e)
{
	struct span text = { 0 }, last = SPAN("it printed nothing"),
		    hint = { 0 };
	struct span ours = SPAN("veraclave: "), advice = SPAN("  hint: ");
	IGNORE(!fs_read(path, 64 * KIB, s->arena, &text, e));
	while (text.n) {
		struct span line = span_cut(&text, '\n');
		if (span_starts(line, advice))
			hint = span_from(line, advice.n);
		else if (line.n)
			last = line;
	}
	if (span_starts(last, ours))
		last = span_from(last, ours.n);
	err_set(e, ERR_SYS, "the enclave ended at once: %s", show(last).s);
	return hint.n ? err_hint(e, "%s", show(hint).s) : false;
}

static bool
start(const struct enclaves *s, const char *eif, struct enclave *x,
      struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	char *path = enclaves_console(s, x->id);
	const char *self = fs_real_path(s->arena, "/proc/self/exe");
	struct argv w = {
		.v = { self, "run", "--eif-path", eif, "--name", x->id }, .n = 6
	};
	argv_given(&w, "--console-max", CONSOLE_MAX);
	number(&w, s->arena, "--cid", x->cid);
	number(&w, s->arena, "--cpus", x->cpus);
	number(&w, s->arena, "--memory", x->memory_mib);
	if (!path || !self || w.full)
		return err_full(e, "run-enclave");
	if (!private_log(path, &fd, e))
		return false;
	if (!detach_start(w.v, fd, &x->process, e))
		return false;
	if (detached_wait(&x->process, EARLY_MS))
		return early_end(s, path, e);
	if (enclaves_add(s, x, e))
		return true;
	struct err late = { 0 };
	IGNORE(!detached_stop(&x->process, &late));
	return false;
}

static bool
follow(struct cli *cli, const char *path, const struct detached *p,
       uint64_t seconds, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	uint64_t until = sys_monotonic_ns() + seconds * 1000000000;
	uint8_t bytes[4096];
	size_t n;
	if (!fs_open(path, &fd, e))
		return false;
	for (;;) {
		bool runs =
			detached_runs(p); /* before the last bytes are read */
		do {
			if (!fs_read_some(fd, bytes, sizeof bytes, &n, e))
				return false;
			fwrite(bytes, 1, n, cli->out);
		} while (n);
		fflush(cli->out);
		if (!runs || ferror(cli->out) ||
		    (seconds != FOREVER && sys_monotonic_ns() >= until))
			return true;
		IGNORE(detached_wait(p, TICK_MS));
	}
}

static bool
run_enclave(struct cli *cli, void *opts, const struct opt_list *args,
	    struct err *e)
{
	const struct enclave_opts *o = opts;
	DEFER(enclaves_close) struct enclaves s = ENCLAVES_NONE;
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct jw w = jw_into(&b, 2);
	struct enclave x = { 0 };
	(void)args;
	if (!o->eif || !o->cpus || !o->memory)
		return err_set(e, ERR_USAGE, "%s is missing",
			       !o->eif    ? "--eif-path"
			       : !o->cpus ? "--cpu-count"
					  : "--memory");
	if (on_host(cli))
		return hand_over(cli, "run-enclave", o, e);
	if (!open_records(cli, &s, e) || !fill(cli, &s, o, &x, e))
		return false;
	if (!start(&s, o->eif, &x, e)) {
		enclaves_remove(&s, x.id);
		return false;
	}
	put_enclave(&w, &x, false);
	char *console = enclaves_console(&s, x.id);
	enclaves_close(&s);
	return print(cli, &b, &w, e) &&
	       (!o->attach || !console ||
		follow(cli, console, &x.process, FOREVER, e));
}

/* Returns nitro-cli's list, or NULL if this is not a Nitro host. */
static bool
ask_host(struct cli *cli, struct json **out, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(1 * MIB);
	const char *argv[] = { "nitro-cli", "describe-enclaves", NULL };
	struct proc p = { .argv = argv, .out = &b };
	if (!on_host(cli))
		return true;
	if (!proc_check(&p, e))
		return false;
	if (!json_parse(buf_view(&b), out, e))
		return err_ctx(e, "the output of nitro-cli describe-enclaves");
	return json_kind(*out) == JSON_KIND_LIST ||
	       err_set(e, ERR_INPUT,
		       "the output of nitro-cli describe-enclaves is not a "
		       "list");
}

static bool
describe_enclaves(struct cli *cli, void *opts, const struct opt_list *args,
		  struct err *e)
{
	DEFER(enclaves_close) struct enclaves s = ENCLAVES_NONE;
	DEFER(json_release) struct json *theirs = NULL;
	DEFER(buf_free) struct buf b = buf_max(16 * MIB);
	struct jw w = jw_into(&b, 2);
	(void)opts;
	(void)args;
	if (!open_records(cli, &s, e) || !ask_host(cli, &theirs, e))
		return false;
	jw_list(&w, NULL);
	for (size_t i = 0; i < s.n; i++)
		put_enclave(&w, &s.v[i], true);
	for (size_t i = 0; json_at(theirs, i); i++)
		jw_json(&w, NULL, json_at(theirs, i));
	jw_end(&w);
	return print(cli, &b, &w, e);
}

static bool
find(struct cli *cli, const struct enclave_opts *o, const struct enclaves *s,
     const struct enclave **x, struct err *e)
{
	if (!o->id == !o->name)
		return err_set(e, ERR_USAGE,
			       "give --enclave-id or "
			       "--enclave-name");
	if (!enclaves_find(s, o->id, o->name, x, e))
		return false;
	if (*x || on_host(cli))
		return true;
	err_set(e, ERR_NOTFOUND, "no running enclave is named %s",
		show_str(o->id ? o->id : o->name).s);
	err_hint(e, "veraclave describe-enclaves lists the running ones");
	return err_id(e, "enclave-unknown");
}

static bool
console(struct cli *cli, void *opts, const struct opt_list *args, struct err *e)
{
	const struct enclave_opts *o = opts;
	DEFER(enclaves_close) struct enclaves s = ENCLAVES_NONE;
	const struct enclave *x = NULL;
	(void)args;
	if (!open_records(cli, &s, e) || !find(cli, o, &s, &x, e))
		return false;
	if (!x)
		return hand_over(cli, "console", o, e);
	if (!x->debug) {
		err_set(e, ERR_REFUSED, "the enclave is not in debug mode");
		err_hint(e, "start it with --debug-mode");
		return err_id(e, "enclave-debug");
	}
	char *path = enclaves_console(&s, x->id);
	enclaves_close(&s);
	return path ? follow(cli, path, &x->process, o->timeout, e)
		    : err_full(e, "console");
}

static bool
terminate(struct cli *cli, const struct enclaves *s, const struct enclave *x,
	  struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct jw w = jw_into(&b, 2);
	if (!detached_stop(&x->process, e))
		return false;
	enclaves_remove(s, x->id);
	jw_map(&w, NULL);
	jw_str(&w, "EnclaveName", x->name);
	jw_str(&w, "EnclaveID", x->id);
	jw_bool(&w, "Terminated", true);
	jw_end(&w);
	return print(cli, &b, &w, e);
}

static bool
terminate_enclave(struct cli *cli, void *opts, const struct opt_list *args,
		  struct err *e)
{
	const struct enclave_opts *o = opts;
	DEFER(enclaves_close) struct enclaves s = ENCLAVES_NONE;
	const struct enclave *x = NULL;
	(void)args;
	if (o->all && (o->id || o->name))
		return err_set(e, ERR_USAGE, "--all names every enclave");
	if (!open_records(cli, &s, e) || (!o->all && !find(cli, o, &s, &x, e)))
		return false;
	if (!o->all)
		return x ? terminate(cli, &s, x, e)
			 : hand_over(cli, "terminate-enclave", o, e);
	for (size_t i = 0; i < s.n; i++)
		if (!terminate(cli, &s, &s.v[i], e))
			return false;
	const char *argv[] = { "nitro-cli", "terminate-enclave", "--all",
			       NULL };
	struct proc p = { .argv = argv, .out_fd = out_fd(cli) };
	fflush(cli->out);
	return !on_host(cli) || proc_check(&p, e);
}

#define OPT_ID                                                  \
	OPT_STR(0, "enclave-id", struct enclave_opts, id, "ID", \
		"the id of the enclave")
#define OPT_NAME                                                      \
	OPT_STR(0, "enclave-name", struct enclave_opts, name, "NAME", \
		"the name of the enclave")

static const struct opt start_opts[] = {
	OPT_STR(0, "eif-path", struct enclave_opts, eif, "FILE", "the image"),
	OPT_U64(0, "cpu-count", struct enclave_opts, cpus, "N", 1, CPUS_MAX,
		"virtual processors"),
	OPT_U64(0, "memory", struct enclave_opts, memory, "MIB", 64, 1 << 20,
		"memory in MiB"),
	OPT_U64(0, "enclave-cid", struct enclave_opts, cid, "CID", 4,
		UINT32_MAX - 1,
		"the enclave's vsock address (default: a free one)"),
	OPT_STR(0, "enclave-name", struct enclave_opts, name, "NAME",
		"the enclave's name (default: the file's name without .eif)"),
	OPT_FLAG(0, "debug-mode", struct enclave_opts, debug,
		 "let the verb console show the enclave's output"),
	OPT_FLAG(0, "attach-console", struct enclave_opts, attach,
		 "show the enclave's output at once; implies --debug-mode"),
	OPT_END,
};
static const struct opt no_opts[] = { OPT_END };
static const struct opt console_opts[] = {
	OPT_ID,
	OPT_NAME,
	OPT_U64(0, "disconnect-timeout", struct enclave_opts, timeout,
		"SECONDS", 1, 1 << 20, "stop after this time"),
	OPT_END,
};
static const struct opt terminate_opts[] = {
	OPT_ID,
	OPT_NAME,
	OPT_FLAG(0, "all", struct enclave_opts, all, "stop every enclave"),
	OPT_END,
};

#define VERB(verb, function, what, rows)                                 \
	{                                                                \
		.name = (verb), .streams = true, .group = CMD_NITRO_CLI, \
		.about = (what), .opts = (rows),                         \
		.size = sizeof(struct enclave_opts), .run = (function),  \
	}
const struct cmd cmd_run_enclave =
	VERB("run-enclave", run_enclave, "start an enclave in the background",
	     start_opts);
const struct cmd cmd_describe_enclaves =
	VERB("describe-enclaves", describe_enclaves,
	     "list the running enclaves as JSON", no_opts);
const struct cmd cmd_console = VERB(
	"console", console, "show the console of an enclave", console_opts);
const struct cmd cmd_terminate_enclave =
	VERB("terminate-enclave", terminate_enclave, "stop an enclave",
	     terminate_opts);
