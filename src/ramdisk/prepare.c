/* Changes a tree so that a profile can write it: see ramdisk/ramdisk.h. */
#include "ramdisk/ramdisk.h"

#include "base/fmt.h"
#include "tree/names.h"
#include "ramdisk/put.h"

/* How often a kind of entry was found, and where first. */
struct tally {
	size_t n;
	struct span first;
};

struct survey {
	struct tally sockets, devices, caps, acls, xattrs, specials, implied;
};

static void
count(struct tally *t, struct span path)
{
	if (t->n++ == 0)
		t->first = path;
}

static bool
listed(const struct strings *l, struct span path)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->v[i], path))
			return true;
	return false;
}

static void
survey_xattrs(const struct node *n, struct survey *s)
{
	for (const struct xattr *x = n->inode->xattr; x; x = x->next) {
		if (span_is(x->name, "security.capability"))
			count(&s->caps, n->path);
		else if (span_starts(x->name, SPAN("system.posix_acl_")))
			count(&s->acls, n->path);
		else
			count(&s->xattrs, n->path);
	}
}

static void
survey_node(struct tree *t, struct node *n, const struct ramdisk_options *o,
	    struct survey *s)
{
	enum node_type type = n->inode->type;
	bool device = type == NODE_CHAR || type == NODE_BLOCK;
	if (type == NODE_SOCKET) {
		count(&s->sockets, n->path);
		tree_remove(t, n);
		return;
	}
	if (device && o->profile == RAMDISK_CANONICAL &&
	    !listed(&o->devices, n->path)) {
		count(&s->devices, n->path);
		tree_remove(t, n);
		return;
	}
	survey_xattrs(n, s);
	if ((device || type == NODE_FIFO) && n->inode->names > 1)
		count(&s->specials, n->path);
	if (n->implied)
		count(&s->implied, n->path);
}

static bool
survey_tree(struct image *m, const struct ramdisk_options *o, struct survey *s,
	    struct err *e)
{
	DEFER(arena_finish) struct arena scratch = { .max = m->arena->max };
	struct node **all;
	size_t n;
	if (!tree_list(&m->tree, TREE_BY_PATH, &scratch, &all, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		survey_node(&m->tree, all[i], o, s);
	return true;
}

/* The name of such entries, for one and for more (NULL: with an s), and what
 * happens to them. */
struct remark {
	const char *id;
	bool warn;
	const char *one, *many, *fate;
};

static void
remark(struct notes *to, const struct tally *t, const struct remark *r)
{
	const char *which = t->n == 1 ? "namely" : "the first is";
	void (*note)(struct notes *, const char *, const char *, ...) =
		r->warn ? note_warn : note_info;
	if (t->n)
		note(to, r->id, "%s %s; %s %s",
		     show_count(t->n, r->one, r->many).s, r->fate, which,
		     show(t->first).s);
}

static void
remarks(struct notes *to, const struct survey *s, bool caps_lost)
{
	static const struct remark sockets = {
		"ramdisk-sockets", false, "socket", NULL,
		"left out: only a running process can use it",
	}, devices = {
		"ramdisk-devices", false, "device node", NULL,
		"left out, because the kernel fills dev itself",
	}, implied = {
		"ramdisk-implied", false, "directory", "directories",
		"added as 0755 0:0, not in the source but needed",
	}, acls = {
		"ramdisk-acls", true, "access control list", NULL,
		"lost, because a ramdisk cannot carry them",
	}, xattrs = {
		"ramdisk-xattrs", false, "extended attribute", NULL,
		"lost, because a ramdisk cannot carry them",
	}, specials = {
		"ramdisk-special-links", true,
		"name of a hard-linked device node or FIFO",
		"names of hard-linked device nodes or FIFOs",
		"written as separate ones",
	}, caps = {
		"ramdisk-caps", true, "file capability", "file capabilities",
		"lost, so the programs run without them",
	};
	remark(to, &s->sockets, &sockets);
	remark(to, &s->devices, &devices);
	remark(to, &s->implied, &implied);
	remark(to, &s->acls, &acls);
	remark(to, &s->xattrs, &xattrs);
	remark(to, &s->specials, &specials);
	if (caps_lost)
		remark(to, &s->caps, &caps);
}

static bool
refuse_caps(const struct tally *caps, struct err *e)
{
	err_set(e, ERR_REFUSED,
		"%s with capabilities, which a ramdisk cannot carry; "
		"%s %s",
		show_count(caps->n, "file", NULL).s,
		caps->n == 1 ? "namely" : "the first is", show(caps->first).s);
	err_hint(e, "--caps=init has our init set them at boot, --caps=drop "
		    "drops them");
	return err_id(e, "ramdisk-caps");
}

static bool
check_devices(const struct tree *t, const struct strings *devices,
	      struct err *e)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct node *n = tree_find(t, devices->v[i]);
		if (n && (n->inode->type == NODE_CHAR ||
			  n->inode->type == NODE_BLOCK))
			continue;
		err_set(e, ERR_USAGE, "%s is not a device node of the image",
			show(devices->v[i]).s);
		return err_id(e, "ramdisk-device");
	}
	return true;
}

/* Directories where init mounts a file system. */
static const struct {
	const char *name;
	uint32_t mode;
} points[] = {
	{ "dev", 0755 }, { "proc", 0755 }, { "run", 0755 },
	{ "sys", 0755 }, { "tmp", 01777 },
};

static bool
add_points(struct image *m, const struct ramdisk_options *o, struct err *e)
{
	for (size_t i = 0; i < COUNT(points); i++) {
		struct span path = span_str(points[i].name);
		const struct node *n = tree_find(&m->tree, path);
		if (n && n->inode->type != NODE_DIR)
			note_warn(m->notes, "ramdisk-mount-point",
				  "/%s is not a directory, and init mounts a "
				  "file system there",
				  points[i].name);
		if (n)
			continue;
		struct inode *d = tree_inode(&m->tree);
		if (!d)
			return err_full(e, "the image's files");
		d->type = NODE_DIR;
		d->mode = points[i].mode;
		d->mtime = (int64_t)o->epoch;
		if (!tree_put(&m->tree, path, d, NULL, e))
			return false;
	}
	return true;
}

bool
ramdisk_prepare(struct image *m, const struct ramdisk_options *o, struct err *e)
{
	struct survey s = { 0 };
	bool canonical = o->profile == RAMDISK_CANONICAL;
	if (!canonical && o->caps == RAMDISK_CAPS_INIT) {
		err_set(e, ERR_USAGE,
			"nitro-cli/1 cannot carry a list of file capabilities");
		return err_hint(e, "use the profile canonical");
	}
	if (!check_devices(&m->tree, &o->devices, e) ||
	    !survey_tree(m, o, &s, e))
		return false;
	if (canonical && s.caps.n && o->caps == RAMDISK_CAPS_REFUSE)
		return refuse_caps(&s.caps, e);
	remarks(m->notes, &s, o->caps != RAMDISK_CAPS_INIT);
	if (!canonical)
		return m->as_archived || ram_nitro_docker_paths(&m->tree, e);
	return add_points(m, o, e) && names_check(&m->tree, m->notes, e);
}
