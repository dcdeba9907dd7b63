#include "repro/rule.h"

#include <string.h>

#include "base/fmt.h"
#include "crypto/digest.h"
#include "repro/glob.h"

const char *
scrub_action_name(enum scrub_action a)
{
	static const char *const name[] = {
		[SCRUB_DROP] = "drop",       [SCRUB_EMPTY] = "empty",
		[SCRUB_REPLACE] = "replace", [SCRUB_REWRITE] = "rewrite",
		[SCRUB_CREATE] = "create",   [SCRUB_MODE] = "mode",
	};
	return name[a];
}

const char *const scrub_profile_names[] = {
	[SCRUB_NONE] = "none",
	[SCRUB_SAFE] = "safe",
	[SCRUB_MINIMAL] = "minimal",
	[SCRUB_MINIMAL + 1] = NULL,
};

const char *
scrub_profile_name(enum scrub_profile p)
{
	static const char *const name[] = { "none/1", "safe/1", "minimal/1" };
	return name[p];
}

static bool
feed(void *self, struct span s, struct err *e)
{
	return digest_update(self, s, e);
}

static bool
digest_content(const struct inode *i, struct scrub_digest *out, struct err *e)
{
	DEFER(digest_finish) struct digest d = { 0 };
	struct hash h;
	if (!i || i->type != NODE_FILE)
		return true;
	struct sink k = { feed, &d };
	if (!digest_init(&d, DIGEST_SHA256, e) || !content_send(i, &k, e) ||
	    !digest_final(&d, &h, e))
		return false;
	memcpy(out->v, h.v, sizeof out->v);
	out->n = sizeof out->v;
	return true;
}

static uint64_t
size_of(const struct inode *i)
{
	if (!i)
		return 0;
	return i->type == NODE_SYMLINK ? i->link.n : i->size;
}

bool
scrub_note(struct scrub *s, struct span path, enum scrub_action action,
	   const struct inode *was, const struct inode *is, struct err *e)
{
	struct scrub_report *r = s->report;
	struct scrub_change *c = NEW(s->image->arena, struct scrub_change, 1);
	if (!c)
		return err_full(e, "the scrub report");
	*c = (struct scrub_change){ .rule = s->rule,
				    .path = path,
				    .action = action,
				    .bytes_before = size_of(was),
				    .bytes_after = size_of(is) };
	if (!digest_content(was, &c->before, e) ||
	    !digest_content(is, &c->after, e))
		return err_ctx(e, "%s", show(path).s);
	if (r->last)
		r->last->next = c;
	else
		r->first = c;
	r->last = c;
	r->n++;
	if (c->bytes_before > c->bytes_after)
		r->bytes_removed += c->bytes_before - c->bytes_after;
	return true;
}

bool
scrub_set(struct scrub *s, struct node *n, struct span bytes, struct err *e)
{
	struct inode was = *n->inode;
	content_set(n->inode, bytes);
	return scrub_note(s, n->path, bytes.n ? SCRUB_REWRITE : SCRUB_EMPTY,
			  &was, n->inode, e);
}

static bool
listed(const struct strings *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_is(l->v[i], name))
			return true;
	return false;
}

static bool
known(const struct strings *l, struct err *e)
{
	for (size_t i = 0; i < l->n; i++) {
		bool found = false;
		for (size_t k = 0; k < scrub_rule_count && !found; k++)
			found = span_is(l->v[i], scrub_rules[k].name);
		if (found)
			continue;
		err_set(e, ERR_USAGE, "there is no scrub rule %s",
			show(l->v[i]).s);
		return err_hint(e, "docs/scrub-rules.md lists the rules");
	}
	return true;
}

static bool
active(const struct rule *r, const struct scrub_options *o)
{
	if (o->profile == SCRUB_NONE || listed(&o->without, r->name))
		return false;
	if (r->when == RULE_OPT_IN)
		return listed(&o->with, r->name);
	return r->when == RULE_SAFE || o->profile == SCRUB_MINIMAL;
}

static bool
matches(const struct rule *r, struct span path)
{
	for (const char *const *g = r->globs; *g; g++)
		if (glob_match(span_str(*g), path))
			return true;
	return false;
}

/* Applies a rule to every node that it matches and that still exists at its
 * turn: dropping a directory drops everything below it. */
static bool
run_rule(struct scrub *s, const struct rule *r, struct node **all, size_t n,
	 struct err *e)
{
	s->rule = r->name;
	for (size_t i = 0; r->each && i < n; i++)
		if (!all[i]->gone && matches(r, all[i]->path) &&
		    !r->each(s, all[i], e))
			return false;
	return !r->whole || r->whole(s, e);
}

bool
scrub_apply(struct image *m, const struct scrub_options *o,
	    struct scrub_report *r, struct err *e)
{
	struct scrub s = { .image = m, .options = o, .report = r };
	struct node **all;
	size_t n;
	*r = (struct scrub_report){ 0 };
	if (!known(&o->without, e) || !known(&o->with, e) ||
	    !secrets_begin(&s, e) ||
	    !tree_list(&m->tree, TREE_BY_PATH, m->arena, &all, &n, e))
		return false;
	for (size_t i = 0; i < scrub_rule_count; i++) {
		const struct rule *rule = &scrub_rules[i];
		progress_step(m->progress, "scrubbing", i, scrub_rule_count);
		if (active(rule, o) && !run_rule(&s, rule, all, n, e))
			return err_ctx(e, "scrub rule %s", rule->name);
	}
	return secrets_verdict(&s, e);
}
