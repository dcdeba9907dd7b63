/* pcrs: what is expected in each environment, in files for git. */
#include "cli/cmd.h"

#include <string.h>

#include "attest/pcrs.h"
#include "attest/verify.h"
#include "base/fmt.h"
#include "cli/help.h"
#include "cli/verdict.h"
#include "sys/claim.h"
#include "sys/env.h"
#include "sys/fs.h"

enum { FILE_MAX = 64 * 1024, FILE_MODE = 0644 };

struct pcrs {
	const char *dir, *reason;
};

static const struct opt pcrs_opts[] = {
	OPT_STR('d', "dir", struct pcrs, dir, "DIR",
		"where the environments' files are; default pcrs"),
	OPT_STR(0, "reason", struct pcrs, reason, "TEXT",
		"revoke: why, in words for who will read it"),
	OPT_END,
};

static void
pcrs_defaults(void *opts)
{
	((struct pcrs *)opts)->dir = "pcrs";
}

struct work {
	struct cli *cli;
	struct arena *a;
	const struct pcrs *o;
	const char *const *args; /* behind the action */
};

/* pcrs/NAME.json; the name is one component and no path. */
static bool
path_of(struct work *w, const char *env, char **path, struct err *e)
{
	if (!environment_named(env)) {
		err_set(e, ERR_USAGE, "%s is no name of an environment",
			show_str(env).s);
		return err_hint(e, "production, for example");
	}
	*path = arena_fmt(w->a, "%s/%s.json", w->o->dir, env);
	return *path || err_full(e, "a path");
}

static bool
load(struct work *w, const char *env, bool must, struct environment *v,
     struct err *e)
{
	char *path;
	struct span text = { 0 };
	if (!path_of(w, env, &path, e))
		return false;
	if (!fs_read(path, ENVIRONMENT_TEXT_MAX, w->a, &text, e)) {
		if (must || e->code != ERR_NOTFOUND)
			return false;
		*e = (struct err){ 0 };
		*v = (struct environment){ 0 };
		return true;
	}
	return environment_parse(text, w->a, v, e) ||
	       err_ctx(e, "%s", show_str(path).s);
}

static bool
save(struct work *w, const char *env, const struct environment *v,
     struct err *e)
{
	char *path;
	DEFER(buf_free) struct buf b = buf_max(ENVIRONMENT_TEXT_MAX);
	return path_of(w, env, &path, e) && environment_put(&b, v, e) &&
	       fs_mkdirs(w->o->dir, 0755, e) &&
	       fs_write_file(path, buf_view(&b), FILE_MODE, e);
}

static bool
load_release(struct work *w, const char *path, struct release *r, struct err *e)
{
	struct span text;
	return fs_read(path, FILE_MAX, w->a, &text, e) &&
	       (release_parse(text, path, w->a, r, e) ||
		err_ctx(e, "%s", show_str(path).s));
}

/* add ENVIRONMENT FILE */
static bool
run_add(struct work *w, struct err *e)
{
	struct environment v;
	struct release r;
	char *path;
	struct claims c = { .arena = w->a };
	return path_of(w, w->args[0], &path, e) &&
	       claim_input(&c, "the build's record", w->args[1], e) &&
	       claim_output(&c, "the environment", path, e) &&
	       load(w, w->args[0], false, &v, e) &&
	       load_release(w, w->args[1], &r, e) &&
	       environment_add(&v, &r, w->a, e) && save(w, w->args[0], &v, e);
}

/* list ENVIRONMENT */
static bool
run_list(struct work *w, struct err *e)
{
	struct environment v;
	DEFER(buf_free) struct buf b = buf_max(ENVIRONMENT_TEXT_MAX);
	if (!load(w, w->args[0], true, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		buf_str(&b, show_str(v.v[i].name).s);
		if (v.revoked[i])
			buf_fmt(&b, " (revoked: %s)", show_str(v.revoked[i]).s);
		buf_u8(&b, '\n');
	}
	if (!buf_ok(&b, "the list", e))
		return false;
	fwrite(b.p, 1, b.n, w->cli->out);
	return true;
}

static bool
no_release(const char *name, const char *env, struct err *e)
{
	err_set(e, ERR_REFUSED, "%s is not in %s", show_str(name).s,
		show_str(env).s);
	return err_hint(e, "veraclave pcrs list %s", env);
}

/* promote NAME FROM TO: the very registers, nothing built again. */
static bool
run_promote(struct work *w, struct err *e)
{
	const char *name = w->args[0], *from = w->args[1], *to = w->args[2];
	struct environment a, b;
	if (!load(w, from, true, &a, e) || !load(w, to, false, &b, e))
		return false;
	size_t i = environment_find(&a, name);
	if (i == a.n)
		return no_release(name, from, e);
	if (a.revoked[i]) {
		err_set(e, ERR_REFUSED, "%s is revoked in %s: %s",
			show_str(name).s, show_str(from).s,
			show_str(a.revoked[i]).s);
		return err_id(e, "release-revoked");
	}
	return environment_add(&b, &a.v[i], w->a, e) && save(w, to, &b, e);
}

/* revoke ENVIRONMENT NAME */
static bool
run_revoke(struct work *w, struct err *e)
{
	struct environment v;
	if (!w->o->reason || !w->o->reason[0])
		return err_set(e, ERR_USAGE, "revoke needs --reason TEXT");
	if (!load(w, w->args[0], true, &v, e))
		return false;
	size_t i = environment_find(&v, w->args[1]);
	if (i == v.n)
		return no_release(w->args[1], w->args[0], e);
	if (v.revoked[i] && strcmp(v.revoked[i], w->o->reason) != 0) {
		err_set(e, ERR_REFUSED, "%s is revoked already: %s",
			show_str(w->args[1]).s, show_str(v.revoked[i]).s);
		return err_id(e, "release-revoked");
	}
	v.revoked[i] = w->o->reason;
	return save(w, w->args[0], &v, e);
}

/* check ENVIRONMENT FILE */
static bool
run_check(struct work *w, struct err *e)
{
	struct environment v;
	struct release r;
	struct expect x = { .at = sys_now(), .max_age = EXPECT_ANY_AGE };
	struct verdict *out = NEW(w->a, struct verdict, 1);
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	if (!out)
		return err_full(e, "a verdict");
	if (!load(w, w->args[0], true, &v, e) ||
	    !load_release(w, w->args[1], &r, e) ||
	    !environment_expect(&v, w->args[0], w->a, &x, e) ||
	    !verify_registers(&r.pcrs, &x, w->a, out, e))
		return false;
	if (out->result == RESULT_PASS)
		buf_fmt(&b, "%s: %s\n", w->args[0], show_str(out->release).s);
	else
		verdict_checks(&b, out, false);
	if (!buf_ok(&b, "the answer", e))
		return false;
	fwrite(b.p, 1, b.n, w->cli->out);
	if (out->result == RESULT_PASS)
		return true;
	*e = (struct err){ .code = ERR_REFUSED };
	return false;
}

static const struct {
	const char *name;
	size_t args;
	bool (*run)(struct work *w, struct err *e);
	const char *usage;
} actions[] = {
	{ "add", 2, run_add, "add ENVIRONMENT FILE" },
	{ "list", 1, run_list, "list ENVIRONMENT" },
	{ "promote", 3, run_promote, "promote NAME FROM TO" },
	{ "check", 2, run_check, "check ENVIRONMENT FILE" },
	{ "revoke", 2, run_revoke, "revoke ENVIRONMENT NAME" },
};

static bool
pcrs_run(struct cli *cli, void *opts, const struct opt_list *args,
	 struct err *e)
{
	struct work w = { cli, cli->arena, opts, args->v + 1 };
	size_t i = 0;
	while (i < COUNT(actions) && strcmp(actions[i].name, args->v[0]) != 0)
		i++;
	if (i == COUNT(actions)) {
		err_set(e, ERR_USAGE, "pcrs cannot %s", show_str(args->v[0]).s);
		return err_hint(e, "veraclave help pcrs");
	}
	if (args->n - 1 != actions[i].args)
		return err_set(e, ERR_USAGE, "veraclave pcrs %s",
			       actions[i].usage);
	return actions[i].run(&w, e);
}

static const struct cmd_example pcrs_examples[] = {
	{ "veraclave pcrs add development app.pcrs.json",
	  "expect this build in development" },
	{ "veraclave pcrs promote \"app 1.4\" development staging",
	  "the same registers in the next environment" },
	{ "veraclave pcrs check production app.pcrs.json",
	  "is this build one that production expects? Exit status 1: no" },
	{ NULL, NULL },
};

const struct cmd cmd_pcrs = {
	.name = "pcrs",
	.group = "Attest",
	.about = "keep the registers that each environment expects",
	.args = "ACTION ARGUMENT...",
	.min_args = 1,
	.max_args = 4,
	.opts = pcrs_opts,
	.size = sizeof(struct pcrs),
	.defaults = pcrs_defaults,
	.prose = "Actions: add ENVIRONMENT FILE, list ENVIRONMENT, promote NAME"
		 " FROM TO, check ENVIRONMENT FILE, revoke ENVIRONMENT NAME"
		 " --reason TEXT. FILE is a build's pcrs.json.\n\n"
		 "Each environment is a file DIR/ENVIRONMENT.json, to be kept"
		 " in git. A version has one set of registers for ever: adding"
		 " or promoting another one under its name is refused, and so"
		 " is what was revoked.",
	.examples = pcrs_examples,
	.run = pcrs_run,
};
