/* pcrs: the registers that each environment expects, in files for git. */
#include "cli/cmd.h"

#include <stdarg.h>
#include <string.h>

#include "attest/reasons.h"
#include "base/fmt.h"
#include "verbs/verbs.h"
#include "verbs/release.h"
#include "codec/hex.h"
#include "sys/claim.h"
#include "sys/fs.h"

enum { FILE_MODE = 0644 };

struct pcrs {
	const char *dir, *reason, *name;
};

static const struct opt pcrs_opts[] = {
	OPT_STR('d', "dir", struct pcrs, dir, "DIR",
		"the directory of the environments' files; default pcrs"),
	OPT_END,
};

static const struct opt add_opts[] = {
	OPT_STR(0, "name", struct pcrs, name, "NAME",
		"its name, if the file does not contain one (\"app 1.4\")"),
	OPT_END,
};

static const struct opt revoke_opts[] = {
	OPT_STR(0, "reason", struct pcrs, reason, "TEXT",
		"the reason, for those who read it later"),
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
	const char *const *args; /* of the action */
	size_t nargs;
};

static struct work
work_of(struct cli *cli, const struct pcrs *o, const struct opt_list *args)
{
	return (struct work){ cli, cli->arena, o, args->v, args->n };
}

/* Sets *path to pcrs/NAME.json; a name is one path component. */
static bool
path_of(struct work *w, const char *env, char **path, struct err *e)
{
	if (!environment_named(env)) {
		err_set(e, ERR_USAGE, "%s is not the name of an environment",
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
	if (!environment_read(path, w->a, &text, e)) {
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
	unsigned made = 0;
	DEFER(buf_free) struct buf b = buf_max(ENVIRONMENT_TEXT_MAX);
	bool ok = path_of(w, env, &path, e) && environment_put(&b, v, e) &&
		  fs_make_dir(w->o->dir, 0755, false, &made, e) &&
		  fs_write_file(path, buf_view(&b), FILE_MODE, e);
	if (!ok)
		fs_unmake_dir(w->o->dir, made);
	return ok;
}

/* Prints what was done, for people. */
static void say(const struct work *w, const char *fmt, ...) PRINTF(2, 3);

static void
say(const struct work *w, const char *fmt, ...)
{
	va_list ap;
	if (!cli_tells(w->cli))
		return;
	va_start(ap, fmt);
	vfprintf(w->cli->out, fmt, ap);
	va_end(ap);
}

/* Sets the image's own name and version. A path is not a name: the same
 * registers would be another release under each path. */
static bool
name_release(const struct work *w, const char *path, struct release *r,
	     struct err *e)
{
	const char *name = w->o->name;
	if (name && !name[0])
		return err_set(e, ERR_USAGE, "--name is empty");
	if (name && r->name && strcmp(name, r->name) != 0)
		return err_set(e, ERR_USAGE, "--name %s, but %s says %s",
			       show_str(name).s, show_str(path).s,
			       show_str(r->name).s);
	if (!r->name)
		r->name = name;
	if (r->name)
		return true;
	err_set(e, ERR_USAGE, "%s has no name and version of the image",
		show_str(path).s);
	return err_hint(e, "give --name \"app 1.4\"");
}

static bool
add(struct environment *v, const struct release *r, struct work *w,
    struct err *e)
{
	return environment_add(v, r, w->a, e) || reason_advise(e);
}

/* add ENVIRONMENT FILE */
static bool
run_add(struct cli *cli, void *opts, const struct opt_list *args, struct err *e)
{
	struct work work = work_of(cli, opts, args), *w = &work;
	struct environment v;
	struct release r;
	char *path;
	struct claims c = { .arena = w->a };
	if (!path_of(w, w->args[0], &path, e) ||
	    !claim_input(&c, "the build's record", w->args[1], e) ||
	    !claim_output(&c, "the environment", path, e) ||
	    !load(w, w->args[0], false, &v, e) ||
	    !release_image(w->args[1], NULL, w->a, &r, e) ||
	    !name_release(w, w->args[1], &r, e))
		return false;
	size_t before = v.n;
	if (!add(&v, &r, w, e) || !save(w, w->args[0], &v, e))
		return false;
	say(w,
	    before == v.n ? "%s expects %s already (%s)\n"
			  : "%s expects %s now (%s)\n",
	    show_str(w->args[0]).s, show_str(r.name).s, show_str(path).s);
	return true;
}

static bool
put_list(struct work *w, struct buf *b, struct err *e)
{
	if (!buf_ok(b, "the list", e))
		return false;
	fwrite(b->p, 1, b->n, w->cli->out);
	return true;
}

static void
list_line(struct buf *b, const char *env, const struct environment *v)
{
	size_t gone = 0;
	for (size_t i = 0; i < v->n; i++)
		gone += v->revoked[i] != NULL;
	buf_fmt(b, "%-20s %s", show_str(env).s,
		show_count(v->n - gone, "release", NULL).s);
	if (gone)
		buf_fmt(b, ", %zu revoked", gone);
	buf_u8(b, '\n');
}

static bool
no_dir(const char *dir, struct err *e)
{
	err_set(e, ERR_NOTFOUND, "there are no environments in %s",
		show_str(dir).s);
	return err_hint(e, "\"veraclave pcrs add ENVIRONMENT FILE\" makes the"
			   " first, --dir says where they are");
}

/* list: the environments, by name. */
static bool
list_all(struct work *w, struct err *e)
{
	DEFER(fd_closep) int dir = -1;
	DEFER(buf_free) struct buf b = buf_max(ENVIRONMENT_TEXT_MAX);
	struct span *names;
	size_t n;
	if (fs_kind(w->o->dir) == FS_NONE)
		return no_dir(w->o->dir, e);
	if (!fs_open_dir(w->o->dir, &dir, e) ||
	    !fs_list(dir, w->a, &names, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct environment v;
		struct span stem = names[i];
		if (!span_ends(stem, SPAN(".json")))
			continue;
		stem.n -= 5;
		const char *env = arena_cstr(w->a, stem);
		if (!env)
			return err_full(e, "the list");
		if (!environment_named(env))
			continue;
		if (!load(w, env, true, &v, e))
			return false;
		list_line(&b, env, &v);
	}
	return put_list(w, &b, e);
}

/* list [ENVIRONMENT] */
static bool
run_list(struct cli *cli, void *opts, const struct opt_list *args,
	 struct err *e)
{
	struct work work = work_of(cli, opts, args), *w = &work;
	struct environment v;
	DEFER(buf_free) struct buf b = buf_max(ENVIRONMENT_TEXT_MAX);
	if (!w->nargs)
		return list_all(w, e);
	if (!load(w, w->args[0], true, &v, e))
		return false;
	if (w->cli->json)
		return environment_put(&b, &v, e) && put_list(w, &b, e);
	for (size_t i = 0; i < v.n; i++) {
		buf_str(&b, show_str(v.v[i].name).s);
		if (v.revoked[i])
			buf_fmt(&b, " (revoked: %s)", show_str(v.revoked[i]).s);
		buf_u8(&b, '\n');
	}
	return put_list(w, &b, e);
}

static bool
no_release(const char *name, const char *env, struct err *e)
{
	err_set(e, ERR_REFUSED, "%s is not in %s", show_str(name).s,
		show_str(env).s);
	return err_hint(e, "veraclave pcrs list %s", show_str(env).s);
}

/* promote NAME FROM TO: copies the same registers without a build. */
static bool
run_promote(struct cli *cli, void *opts, const struct opt_list *args,
	    struct err *e)
{
	struct work work = work_of(cli, opts, args), *w = &work;
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
	size_t before = b.n;
	if (!add(&b, &a.v[i], w, e) || !save(w, to, &b, e))
		return false;
	say(w, "%s expects %s %s, as %s does\n", show_str(to).s,
	    show_str(name).s, before == b.n ? "already" : "now",
	    show_str(from).s);
	return true;
}

/* revoke ENVIRONMENT NAME */
static bool
run_revoke(struct cli *cli, void *opts, const struct opt_list *args,
	   struct err *e)
{
	struct work work = work_of(cli, opts, args), *w = &work;
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
	if (!save(w, w->args[0], &v, e))
		return false;
	say(w, "%s is revoked in %s: %s\n", show_str(w->args[1]).s,
	    show_str(w->args[0]).s, show_str(v.revoked[i]).s);
	return true;
}

/* Prints the registers that differ from the nearest release, one per line. */
static void
put_difference(struct buf *b, struct work *w, const struct release *got,
	       const struct release *want)
{
	static const char *const codes[] = {
		[0] = "pcr-image",
		[1] = "pcr-boot",
		[2] = "pcr-application",
		[8] = "pcr-signer",
	};
	uint32_t mask = pcr_differing(&got->pcrs, &want->pcrs);
	buf_fmt(b, "  the nearest is %s; it has\n", show_str(want->name).s);
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		const char *hex =
			mask >> i & 1 ? hex_of(w->a, want->pcrs.v[i]) : NULL;
		if (!hex)
			continue;
		buf_fmt(b, "  PCR%-2u %s", i, hex);
		if (i < COUNT(codes) && codes[i])
			buf_fmt(b, " [%s]", codes[i]);
		buf_u8(b, '\n');
	}
}

/* Sets *b to the answer; returns true if it is yes. */
static bool
compare(struct work *w, const struct environment *v, const struct release *r,
	struct buf *b)
{
	const char *env = w->args[0];
	size_t live = 0, best = v->n;
	for (size_t i = 0; i < v->n; i++) {
		uint32_t d = pcr_differing(&r->pcrs, &v->v[i].pcrs);
		if (v->revoked[i] && !d) {
			buf_fmt(b,
				"%s: no: %s is revoked: %s"
				" [release-revoked]\n",
				show_str(env).s, show_str(v->v[i].name).s,
				show_str(v->revoked[i]).s);
			return false;
		}
		if (v->revoked[i])
			continue;
		live++;
		if (best == v->n ||
		    pcr_count(d) < pcr_count(pcr_differing(&r->pcrs,
							   &v->v[best].pcrs)))
			best = i;
	}
	if (best < v->n && !pcr_differing(&r->pcrs, &v->v[best].pcrs)) {
		buf_fmt(b, "%s: %s\n", show_str(env).s,
			show_str(v->v[best].name).s);
		return true;
	}
	if (!live) {
		buf_fmt(b,
			"%s: no: it holds no release that may run"
			" [expect-empty]\n",
			show_str(env).s);
		return false;
	}
	buf_fmt(b,
		"%s: no: %s is none of the %s that it expects"
		" [release-none]\n",
		show_str(env).s, show_str(w->args[1]).s,
		show_count(live, "release", NULL).s);
	put_difference(b, w, r, &v->v[best]);
	return false;
}

/* check ENVIRONMENT FILE */
static bool
run_check(struct cli *cli, void *opts, const struct opt_list *args,
	  struct err *e)
{
	struct work work = work_of(cli, opts, args), *w = &work;
	struct environment v;
	struct release r;
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	if (!load(w, w->args[0], true, &v, e) ||
	    !release_image(w->args[1], NULL, w->a, &r, e))
		return false;
	bool yes = compare(w, &v, &r, &b);
	if (!put_list(w, &b, e))
		return false;
	if (!yes)
		*e = (struct err){ .code = ERR_REFUSED };
	return yes;
}

static const struct cmd_example pcrs_examples[] = {
	{ "veraclave pcrs add development app.pcrs.json",
	  "expect this build in the environment development" },
	{ "veraclave pcrs promote \"app 1.4\" development staging",
	  "expect the same registers in the next environment" },
	{ "veraclave pcrs check production app.pcrs.json",
	  "check that production expects this build; exit status 1: no" },
	{ NULL, NULL },
};

static const struct cmd_action pcrs_actions[] = {
	{ "add", "ENVIRONMENT FILE",
	  "expect the image that this file describes", 2, 2, add_opts, false,
	  run_add },
	{ "list", "[ENVIRONMENT]",
	  "list the environments, or the releases of one", 0, 1, NULL, false,
	  run_list },
	{ "promote", "NAME FROM TO",
	  "copy the release NAME from the environment FROM to TO", 3, 3, NULL,
	  false, run_promote },
	{ "check", "ENVIRONMENT FILE",
	  "check that the environment expects this image", 2, 2, NULL, false,
	  run_check },
	{ "revoke", "ENVIRONMENT NAME --reason TEXT",
	  "never accept the release NAME again", 2, 2, revoke_opts, false,
	  run_revoke },
	{ .name = NULL },
};

const struct cmd cmd_pcrs = {
	.name = "pcrs",
	.actions = pcrs_actions,
	.group = CMD_EXPECT,
	.about = "maintain the registers that each environment expects",
	.args = "ACTION ARGUMENT...",
	.opts = pcrs_opts,
	.size = sizeof(struct pcrs),
	.defaults = pcrs_defaults,
	.prose = "FILE is a build's pcrs.json, or the output of nitro-cli for "
		 "the image. If it does not contain name and version of the "
		 "image, --name is required; the path is never used as a "
		 "name.\n\nEach environment is a file DIR/ENVIRONMENT.json, to "
		 "be kept in git. The registers of a release never change: "
		 "adding or promoting other registers under its name is "
		 "refused, and so is a revoked release.",
	.examples = pcrs_examples,
};
