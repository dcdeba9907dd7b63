#include "tree/process.h"

#include "base/buf.h"
#include "base/fmt.h"
#include "base/map.h"
#include "base/limits.h"
#include "tree/account.h"
#include "tree/resolve.h"

#define DEFAULT_PATH \
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static bool
join(const struct strings *a, const struct strings *b, struct arena *arena,
     struct strings *out, struct err *e)
{
	*out = (struct strings){ NEW(arena, struct span, a->n + b->n + 1), 0 };
	if (!out->v)
		return err_full(e, "the command");
	for (size_t i = 0; i < a->n; i++)
		out->v[out->n++] = a->v[i];
	for (size_t i = 0; i < b->n; i++)
		out->v[out->n++] = b->v[i];
	return true;
}

static struct span
env_name(struct span item)
{
	return span_sub(item, 0, span_find(item, '='));
}

/* An environment that is being built, with an index of its names. It has room
 * for all of them. */
struct env {
	struct strings *v;
	struct map at; /* name to index + 1 */
};

/* Sets NAME=VALUE in place, or adds it. */
static bool
env_set(struct env *env, struct span item, bool only_if_new, struct err *e)
{
	struct span name = env_name(item);
	uintptr_t at = (uintptr_t)map_get(&env->at, name);
	if (at && !only_if_new)
		env->v->v[at - 1] = item;
	if (at)
		return true;
	env->v->v[env->v->n++] = item;
	return map_put(&env->at, name, (void *)(uintptr_t)env->v->n, e);
}

/* Docker's order: PATH comes first, whether the image or the caller sets it; an
 * existing variable is replaced. */
static bool
merge_env(struct image *m, const struct strings *more, bool with_path,
	  struct strings *out, struct err *e)
{
	const struct strings *image = &m->config.env;
	DEFER(arena_finish) struct arena scratch = { 0 };
	struct env env = { .v = out };
	map_init(&env.at, &scratch, m->tree.names.seed);
	/* room for PATH and for HOME, which the caller adds */
	*out = (struct strings){
		NEW(m->arena, struct span, image->n + more->n + 2), 0
	};
	if (!out->v)
		return err_full(e, "the environment");
	if (with_path && !env_set(&env, SPAN(DEFAULT_PATH), true, e))
		return false;
	for (size_t i = 0; i < image->n; i++)
		if (!env_set(&env, image->v[i], false, e))
			return false;
	for (size_t i = 0; i < more->n; i++)
		if (!env_set(&env, more->v[i], false, e))
			return false;
	return true;
}

static bool
env_has(const struct strings *env, struct span name)
{
	for (size_t i = 0; i < env->n; i++)
		if (span_eq(env_name(env->v[i]), name))
			return true;
	return false;
}

static bool
has_newline(const struct strings *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_find(s->v[i], '\n') < s->v[i].n)
			return true;
	return false;
}

static bool
nothing_to_run(struct err *e)
{
	err_set(e, ERR_INPUT,
		"the image has no command, neither ENTRYPOINT nor CMD");
	err_hint(e, "give --cmd or --entrypoint, or write entrypoint = "
		    "[\"/path\"] below [process] in enclave.toml");
	return err_id(e, "process-nothing");
}

static bool
check_items(const struct process *p, struct err *e)
{
	for (size_t i = 0; i < p->args.n; i++)
		if (span_find(p->args.v[i], 0) < p->args.v[i].n)
			return err_set(e, ERR_INPUT,
				       "argument %zu of the command holds a "
				       "NUL byte",
				       i);
	for (size_t i = 0; i < p->env.n; i++) {
		struct span s = p->env.v[i];
		if (span_find(s, 0) < s.n || env_name(s).n == 0)
			return err_set(e, ERR_INPUT,
				       "%s is not an environment variable",
				       show(s).s);
	}
	return p->args.v[0].n ||
	       err_set(e, ERR_INPUT, "the command's name is empty");
}

static void
pick_command(const struct image_config *c, const struct process_options *o,
	     struct strings *entrypoint, struct strings *cmd)
{
	*entrypoint = o->has_entrypoint ? o->entrypoint : c->entrypoint;
	*cmd = o->has_cmd          ? o->cmd
	       : o->has_entrypoint ? (struct strings){ 0 }
				   : c->cmd;
}

/* Joins "/" and the path without dots, links kept: the meaning of WORKDIR. */
static bool
clean_dir(struct span dir, struct arena *a, struct span *out, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(LIMIT_PATH + 1);
	while (dir.n) {
		struct span c = span_cut(&dir, '/');
		if (c.n == 0 || span_is(c, "."))
			continue;
		if (span_is(c, "..")) {
			b.n = span_rfind(buf_view(&b), '/');
			continue;
		}
		buf_u8(&b, '/');
		buf_span(&b, c);
	}
	if (b.n == 0)
		buf_u8(&b, '/');
	if (!buf_ok(&b, "the working directory", e))
		return false;
	*out = arena_dup(a, buf_view(&b));
	return out->p || err_full(e, "the working directory");
}

static bool
make_dir(struct image *m, struct span cwd, struct err *e)
{
	struct span path;
	struct node *n;
	if (span_find(cwd, 0) < cwd.n)
		return err_set(e, ERR_INPUT,
			       "the working directory holds a NUL byte");
	if (!tree_resolve(&m->tree, cwd, m->arena, &path, &n, e))
		return false;
	if (n && n->inode->type != NODE_DIR)
		return err_set(e, ERR_INPUT,
			       "the working directory %s is not a directory",
			       show(cwd).s);
	if (n || path.n == 0)
		return true;
	struct inode *i = tree_inode(&m->tree);
	if (!i)
		return err_full(e, "the image's files");
	i->type = NODE_DIR;
	i->mode = 0755;
	note_info(m->notes, "process-workdir",
		  "the working directory %s is not in the image and was added",
		  show(cwd).s);
	return tree_put(&m->tree, path, i, NULL, e);
}

static bool
set_account(struct image *m, struct span user, struct process *p, struct err *e)
{
	struct account *who = NEW(m->arena, struct account, 1);
	DEFER(buf_free) struct buf home = buf_max(LIMIT_PATH + 8);
	if (!who)
		return err_full(e, "the user");
	if (!account_find(&m->tree, user, m->arena, who, e))
		return err_ctx(e, "USER %s", show(user).s);
	p->uid = who->uid;
	p->gid = who->gid;
	p->groups = who->groups;
	p->group_count = who->group_count;
	buf_str(&home, "HOME=");
	buf_span(&home, who->home);
	if (!buf_ok(&home, "the user's home", e))
		return false;
	if (env_has(&p->env, SPAN("HOME")))
		return true;
	struct span item = arena_dup(m->arena, buf_view(&home));
	if (!item.p)
		return err_full(e, "the user's home");
	p->env.v[p->env.n++] = item;
	return true;
}

bool
process_docker(struct image *m, const struct process_options *o,
	       struct process *out, struct err *e)
{
	const struct image_config *c = &m->config;
	struct span dir = o->working_dir.n ? o->working_dir : c->working_dir;
	struct strings entrypoint, cmd;
	*out = (struct process){ .tcp = o->tcp };
	pick_command(c, o, &entrypoint, &cmd);
	if (entrypoint.n + cmd.n == 0)
		return nothing_to_run(e);
	if (!join(&entrypoint, &cmd, m->arena, &out->args, e) ||
	    !merge_env(m, &o->env, true, &out->env, e))
		return false;
	if (has_newline(&out->args) || has_newline(&out->env))
		note_info(m->notes, "process-newline",
			  "an argument or environment variable holds a "
			  "newline: the files cmd and env, which AWS's init "
			  "reads, are left out");
	return set_account(m, o->user.n ? o->user : c->user, out, e) &&
	       clean_dir(dir, m->arena, &out->cwd, e) &&
	       make_dir(m, out->cwd, e) && check_items(out, e);
}

static bool
root_user(struct span user)
{
	return user.n == 0 || span_is(user, "root") || span_is(user, "0") ||
	       span_is(user, "root:root") || span_is(user, "0:0");
}

/* Returns "a b c", as far as it can be shown. */
static struct shown
words(const struct strings *s)
{
	DEFER(buf_free) struct buf b = buf_max(4096);
	for (size_t i = 0; i < s->n && !b.failed; i++) {
		buf_str(&b, i ? " " : "");
		buf_span(&b, s->v[i]);
	}
	return show(buf_view(&b));
}

static void
warn_lost(struct notes *to, const struct strings *entrypoint,
	  const struct strings *cmd, struct span dir, struct span user)
{
	if (entrypoint->n && cmd->n)
		note_warn(to, "nitro-entrypoint",
			  "nitro-cli runs CMD alone: \"%s\" runs without its "
			  "ENTRYPOINT \"%s\"",
			  words(cmd).s, words(entrypoint).s);
	if (dir.n && !span_is(dir, "/"))
		note_warn(to, "nitro-workdir",
			  "nitro-cli ignores WORKDIR: the process starts in / "
			  "and not in %s",
			  show(dir).s);
	if (!root_user(user))
		note_warn(to, "nitro-user",
			  "nitro-cli ignores USER: the process runs as root "
			  "and not as %s",
			  show(user).s);
}

bool
process_nitro(struct image *m, const struct process_options *o,
	      struct process *out, struct err *e)
{
	const struct image_config *c = &m->config;
	struct strings entrypoint, cmd;
	*out = (struct process){ .cwd = SPAN("/"), .reduced = true };
	if (o->tcp.n) {
		err_set(e, ERR_INPUT,
			"[ingress] needs veraclave's init, which the profile "
			"nitro-cli does not contain");
		err_hint(e, "use the profile canonical, or remove [ingress] "
			    "and have the application listen on vsock");
		return err_id(e, "process-ingress");
	}
	pick_command(c, o, &entrypoint, &cmd);
	if (entrypoint.n + cmd.n == 0)
		return nothing_to_run(e);
	out->args = cmd.n ? cmd : entrypoint;
	out->env = c->env;
	if (o->env.n && !merge_env(m, &o->env, false, &out->env, e))
		return false;
	if (has_newline(&out->args) || has_newline(&out->env)) {
		err_set(e, ERR_INPUT,
			"an argument or environment variable holds a newline, "
			"which nitro-cli's ramdisk cannot express");
		err_hint(e, "use the profile canonical");
		return err_id(e, "process-newline");
	}
	warn_lost(m->notes, &entrypoint, &cmd,
		  o->working_dir.n ? o->working_dir : c->working_dir,
		  o->user.n ? o->user : c->user);
	return check_items(out, e);
}

const char *
process_beyond_aws(const struct process *p)
{
	bool dir = !span_is(p->cwd, "/");
	bool user = p->uid || p->gid || p->group_count > 1;
	if (p->reduced)
		return NULL;
	if (dir && user)
		return "ignores the working directory and the user";
	return dir    ? "ignores the working directory"
	       : user ? "ignores the user"
		      : NULL;
}

static bool
finish(struct buf *b, struct arena *a, struct span *out, struct err *e)
{
	*out = (struct span){ 0 };
	if (!buf_ok(b, "the description of the process", e))
		return false;
	if (b->n)
		*out = arena_dup(a, buf_view(b));
	return out->n == b->n || err_full(e, "the process's files");
}

static bool
lines(const struct strings *s, struct arena *a, struct span *out, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(PROCESS_FILE_MAX);
	for (size_t i = 0; i < s->n; i++) {
		buf_span(&b, s->v[i]);
		buf_u8(&b, '\n');
	}
	return finish(&b, a, out, e);
}

static void
records(struct buf *b, const char *key, const struct strings *s)
{
	for (size_t i = 0; i < s->n; i++) {
		buf_str(b, key);
		buf_span(b, s->v[i]);
		buf_u8(b, 0);
	}
}

static void
number(struct buf *b, const char *key, uint32_t v)
{
	buf_fmt(b, "%s%u%c", key, v, 0);
}

const char *
process_edition(const struct process *p)
{
	return p->tcp.n ? PROCESS_EDITION_2 : PROCESS_EDITION_1;
}

static bool
record_file(const struct process *p, struct arena *a, struct span *out,
	    struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(PROCESS_FILE_MAX);
	struct span cwd = p->cwd;
	buf_str(&b, process_edition(p));
	buf_u8(&b, 0);
	records(&b, PROCESS_ARG, &p->args);
	records(&b, PROCESS_ENV, &p->env);
	records(&b, PROCESS_CWD, &(struct strings){ &cwd, 1 });
	number(&b, PROCESS_UID, p->uid);
	number(&b, PROCESS_GID, p->gid);
	for (size_t i = 0; i < p->group_count; i++)
		number(&b, PROCESS_GROUP, p->groups[i]);
	for (size_t i = 0; i < p->tcp.n; i++)
		number(&b, PROCESS_TCP, p->tcp.v[i]);
	return finish(&b, a, out, e);
}

bool
process_files(const struct process *p, struct arena *a,
	      struct process_files *out, struct err *e)
{
	*out = (struct process_files){ 0 };
	out->has_lines = !has_newline(&p->args) && !has_newline(&p->env);
	return record_file(p, a, &out->process, e) &&
	       (!out->has_lines || (lines(&p->args, a, &out->cmd, e) &&
				    lines(&p->env, a, &out->env, e)));
}
