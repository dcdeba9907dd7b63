/* Rules that remove names or make the directories where file systems are
 * mounted. */
#include "base/path.h"
#include "repro/rule.h"

#include "base/fmt.h"
#include "repro/glob.h"

/* Returns the node after n and all nodes below it, or NULL: the end of a walk
 * of n. */
static const struct node *
end_of(const struct node *n)
{
	while (n && !n->next)
		n = n->parent;
	return n ? n->next : NULL;
}

bool
rule_drop(struct scrub *s, struct node *n, struct err *e)
{
	const struct node *end = end_of(n);
	const struct tree *t = &s->image->tree;
	for (const struct node *x = n; x != end; x = tree_next(t, x))
		if (!scrub_note(s, x->path, SCRUB_DROP, x->inode, NULL, e))
			return false;
	tree_remove(&s->image->tree, n);
	return true;
}

bool
rule_drop_files(struct scrub *s, struct node *n, struct err *e)
{
	if (n->inode->type != NODE_FILE && n->inode->type != NODE_SOCKET)
		return true;
	return rule_drop(s, n, e);
}

static bool
empty(struct scrub *s, struct node *n, struct err *e)
{
	if (n->inode->type != NODE_FILE || n->inode->size == 0)
		return true;
	return scrub_set(s, n, (struct span){ 0 }, e);
}

bool
rule_empty(struct scrub *s, struct node *n, struct err *e)
{
	return empty(s, n, e);
}

/* Empties logs that a program may expect to find, and removes old ones. */
bool
rule_log(struct scrub *s, struct node *n, struct err *e)
{
	static const char *const old[] = { "*.gz",     "*.xz",  "*.[0-9]",
					   "*.bz2",    "*.old", "*.zst",
					   "*.journal" };
	static const char *const known[] = {
		"**/*.log",
		"var/log/lastlog",
		"var/log/faillog",
		"var/log/btmp",
		"var/log/wtmp",
		"var/log/tallylog",
		"var/log/messages",
		"var/log/syslog",
		"var/log/zypp/history",
		"var/log/YaST2/**",
		"var/log/anaconda/**",
		"var/log/journal/**",
	};
	struct span base = path_base(n->path);
	if (n->inode->type != NODE_FILE)
		return true;
	for (size_t i = 0; i < COUNT(old); i++)
		if (glob_match(span_str(old[i]), base))
			return rule_drop(s, n, e);
	for (size_t i = 0; i < COUNT(known); i++)
		if (glob_match(span_str(known[i]), n->path))
			return empty(s, n, e);
	return true;
}

bool
rule_warn_git(struct scrub *s, struct node *n, struct err *e)
{
	(void)e;
	note_warn(s->image->notes, "git-directory",
		  "%s is in the image: its index and logs differ from clone to "
		  "clone; leave it out, or enable the rule git-drop",
		  show(n->path).s);
	return true;
}

bool
rule_drop_git(struct scrub *s, struct node *n, struct err *e)
{
	return rule_drop(s, n, e);
}

bool
rule_warn_rpm(struct scrub *s, struct node *n, struct err *e)
{
	(void)e;
	note_warn(s->image->notes, "rpm-db",
		  "%s contains install times and differs from build to build; "
		  "use scrub minimal if no program needs rpm at run time",
		  show(n->path).s);
	return true;
}

/* Makes a new inode at a path and replaces any existing one. */
static bool
replace_node(struct scrub *s, const char *path, struct inode want,
	     struct node **n, struct err *e)
{
	struct inode *i = tree_inode(&s->image->tree);
	if (!i)
		return err_full(e, "the image's files");
	*i = want;
	return tree_put(&s->image->tree, span_str(path), i, n, e);
}

static bool
directory(struct scrub *s, const char *path, uint32_t mode, struct err *e)
{
	struct node *old = tree_find(&s->image->tree, span_str(path)), *n;
	struct inode was = old ? *old->inode : (struct inode){ 0 };
	const struct inode want = { .type = NODE_DIR,
				    .mode = mode,
				    .mtime = s->options->epoch };
	if (old && was.type == NODE_DIR && was.mode == mode && !was.uid &&
	    !was.gid)
		return true;
	/* a link to this directory is the image's own choice */
	if (old && was.type == NODE_SYMLINK)
		return true;
	if (old && was.type == NODE_DIR)
		n = old;
	else if (!replace_node(s, path, want, &n, e))
		return false;
	n->inode->mode = mode;
	n->inode->uid = n->inode->gid = 0;
	return scrub_note(s, n->path, old ? SCRUB_MODE : SCRUB_CREATE,
			  old ? &was : NULL, n->inode, e);
}

/* Container engines make these with differing modes and owners; the file
 * systems mounted there hide them. */
bool
rule_skeleton(struct scrub *s, struct err *e)
{
	return directory(s, "dev", 0755, e) && directory(s, "proc", 0755, e) &&
	       directory(s, "sys", 0755, e) && directory(s, "run", 0755, e);
}

bool
rule_tmp(struct scrub *s, struct err *e)
{
	bool var_tmp = tree_find(&s->image->tree, SPAN("var/tmp")) != NULL;
	return directory(s, "tmp", 01777, e) &&
	       (!var_tmp || directory(s, "var/tmp", 01777, e));
}

static const char hosts[] = "127.0.0.1\tlocalhost\n"
			    "::1\tlocalhost ip6-localhost ip6-loopback\n";

static bool
same(struct scrub *s, const struct inode *was, const struct inode *want,
     bool *out, struct err *e)
{
	struct span text;
	*out = false;
	if (was->type != want->type || was->mode != want->mode || was->uid ||
	    was->gid || was->size != want->size)
		return true;
	if (was->type == NODE_SYMLINK) {
		*out = span_eq(was->link, want->link);
		return true;
	}
	if (!content_read(was, 4096, s->image->arena, &text, e))
		return false;
	*out = span_eq(text, want->content.bytes);
	return true;
}

static bool
fixed(struct scrub *s, const char *path, struct inode want, struct err *e)
{
	struct node *old = tree_find(&s->image->tree, span_str(path)), *n;
	struct inode was = old ? *old->inode : (struct inode){ 0 };
	bool is_same = false;
	want.mtime = s->options->epoch;
	if (old && !same(s, &was, &want, &is_same, e))
		return false;
	if (is_same)
		return true;
	if (!replace_node(s, path, want, &n, e))
		return false;
	return scrub_note(s, n->path, old ? SCRUB_REPLACE : SCRUB_CREATE,
			  old ? &was : NULL, n->inode, e);
}

/* Engines mount their own files over these and leave stubs or host data
 * behind. */
bool
rule_network_files(struct scrub *s, struct err *e)
{
	struct inode text = { .type = NODE_FILE, .mode = 0644 };
	struct inode link = { .type = NODE_SYMLINK,
			      .mode = 0777,
			      .link = SPAN("/proc/mounts") };
	const struct node *etc = tree_find(&s->image->tree, SPAN("etc"));
	if (etc && etc->inode->type != NODE_DIR)
		return true;
	if (!fixed(s, "etc/mtab", link, e))
		return false;
	content_set(&text, (struct span){ 0 });
	if (!fixed(s, "etc/resolv.conf", text, e))
		return false;
	content_set(&text, span_str(hosts));
	return fixed(s, "etc/hosts", text, e);
}
