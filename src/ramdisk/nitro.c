/*
 * Profile nitro-cli/1: see ramdisk/ramdisk.h. The lists of paths that are left
 * out, replaced and added follow linuxkit 1.5.2 (moby/build) with AWS's
 * patches (aws-nitro-enclaves-sdk-bootstrap) and the templates of nitro-cli.
 */
#include "base/path.h"
#include "ramdisk/put.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/fmt.h"

/* 2017-04-18T16:30:00Z, the time of all entries that linuxkit makes itself. */
#define NITRO_TIME 1492533000

static const struct span rootfs = { (const uint8_t *)"rootfs/", 7 };

static const char hosts_text[] =
	"127.0.0.1       localhost\n"
	"::1     localhost ip6-localhost ip6-loopback\n"
	"fe00::0 ip6-localnet\n"
	"ff00::0 ip6-mcastprefix\n"
	"ff02::1 ip6-allnodes\n"
	"ff02::2 ip6-allrouters\n";
#define RESOLV_LINK "/run/resolvconf/resolv.conf"

/* Names that are left out, unless they are directories. */
static const char *const excluded[] = {
	".dockerenv", "Dockerfile", "dev/console",
	"dev/pts",    "dev/shm",    "etc/hostname",
};

/* Entries that must exist; made at the end if the source has none. */
static const struct fixed {
	const char *path;
	enum node_type type, found_type; /* the type when made; the type that is
					    recognised */
	uint32_t mode;
	const char *body;
	bool replace; /* content or target also if the entry existed */
} fixed[] = {
	{ "dev", NODE_DIR, NODE_DIR, 0755, NULL, false },
	{ "dev/pts", NODE_DIR, NODE_DIR, 0755, NULL, false },
	{ "dev/shm", NODE_DIR, NODE_DIR, 0755, NULL, false },
	{ "etc", NODE_DIR, NODE_DIR, 0755, NULL, false },
	{ "etc/hosts", NODE_FILE, NODE_FILE, 0644, hosts_text, true },
	{ "etc/mtab", NODE_SYMLINK, NODE_FILE, 0755, "/proc/mounts", false },
	{ "etc/resolv.conf", NODE_SYMLINK, NODE_FILE, 0644, RESOLV_LINK, true },
	{ "proc", NODE_DIR, NODE_DIR, 0755, NULL, false },
	{ "sys", NODE_DIR, NODE_DIR, 0755, NULL, false },
};

struct nitro {
	struct ram *r;
	struct ram_links links;
	struct node **all;
	bool found[COUNT(fixed)];
};

static bool
put_entry(struct ram *r, struct ram_entry *en, struct err *e)
{
	en->h.ino = r->ino++;
	en->h.nlink = (en->h.mode & CPIO_TYPE) == CPIO_DIR ? 2 : 1;
	return ram_put(r, en, e);
}

/* Writes an entry of linuxkit's own. */
static bool
put_own(struct ram *r, struct span prefix, const char *name, uint32_t mode,
	struct span body, struct err *e)
{
	struct ram_entry en = { .prefix = prefix,
				.name = span_str(name),
				.body = body,
				.h = { .mode = mode, .mtime = NITRO_TIME } };
	return put_entry(r, &en, e);
}

static bool
put_dir(struct ram *r, struct span prefix, const char *name, struct err *e)
{
	return put_own(r, prefix, name, CPIO_DIR | 0755, SPAN(""), e);
}

static const struct fixed *
find_fixed(const struct node *n)
{
	bool dir = n->inode->type == NODE_DIR;
	for (size_t i = 0; i < COUNT(fixed); i++)
		if (dir == (fixed[i].found_type == NODE_DIR) &&
		    span_is(n->path, fixed[i].path))
			return &fixed[i];
	return NULL;
}

static bool
is_excluded(const struct node *n)
{
	for (size_t i = 0; i < COUNT(excluded); i++)
		if (n->inode->type != NODE_DIR && span_is(n->path, excluded[i]))
			return true;
	return false;
}

/* Writes the target of a relative link from one path to another to b. */
static void
relative(struct span from, struct span to, struct buf *b)
{
	struct span dir = path_dir(from);
	while (dir.n) {
		struct span d = dir, t = to;
		if (!span_eq(span_cut(&d, '/'), span_cut(&t, '/')) || t.n == 0)
			break;
		dir = d;
		to = t;
	}
	while (dir.n) {
		buf_str(b, "../");
		span_cut(&dir, '/');
	}
	buf_span(b, to);
}

static bool
put_link(struct ram *r, struct ram_entry *en, struct span to, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(2 * CPIO_NAME_MAX);
	relative(en->name, to, &b);
	if (!buf_ok(&b, "a hard link's path", e))
		return false;
	en->h.mode = CPIO_SYMLINK | (en->h.mode & 07777);
	en->body = buf_view(&b);
	return put_entry(r, en, e);
}

static bool
put_node(struct nitro *w, size_t at, struct err *e)
{
	const struct node *n = w->all[at];
	const struct inode *i = n->inode;
	const struct fixed *f = find_fixed(n);
	struct ram_links group = { 0 };
	struct ram_entry en = { .prefix = rootfs, .name = n->path };
	en.h = (struct cpio_header){ .mode = ram_type(i->type) |
					     (i->mode & 07777),
				     .uid = i->uid,
				     .gid = i->gid,
				     .rdev_major = i->major,
				     .rdev_minor = i->minor };
	if (!ram_mtime(f || n->implied ? NITRO_TIME : i->mtime, &en.h.mtime, e))
		return false;
	if (i->type == NODE_DIR)
		en.suffix = SPAN("/");
	if (f)
		w->found[f - fixed] = true;
	if (f && f->replace) {
		en.h.mode = ram_type(f->type) | (i->mode & 07777);
		en.body = span_str(f->body);
		return put_entry(w->r, &en, e);
	}
	if (i->names > 1)
		group = ram_links_of(&w->links, i);
	if (group.n > 1 && group.v[0].at != at)
		return put_link(w->r, &en, group.v[0].node->path, e);
	if (i->type == NODE_FILE)
		en.inode = i;
	en.body = i->link;
	return put_entry(w->r, &en, e);
}

static bool
put_missing(struct nitro *w, struct err *e)
{
	for (size_t i = 0; i < COUNT(fixed); i++) {
		const struct fixed *f = &fixed[i];
		if (!w->found[i] &&
		    !put_own(w->r, rootfs, f->path, ram_type(f->type) | f->mode,
			     span_str(f->body), e))
			return false;
	}
	return true;
}

static bool
put_template(struct ram *r, const struct process *p, struct err *e)
{
	static const char *const dirs[] = { "dev", "run",  "sys",
					    "var", "proc", "tmp" };
	struct process_files f;
	if (!process_files(p, r->arena, &f, e))
		return false;
	ASSERT(f.has_lines);
	if (!put_dir(r, SPAN(""), "rootfs", e))
		return false;
	for (size_t i = 0; i < COUNT(dirs); i++)
		if (!put_dir(r, rootfs, dirs[i], e))
			return false;
	return put_own(r, SPAN(""), "cmd", CPIO_FILE | 0644, f.cmd, e) &&
	       put_own(r, SPAN(""), "env", CPIO_FILE | 0644, f.env, e);
}

/* Compares names with the slash before every other byte, so that a directory's
 * content follows it. */
static int
by_walk(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;
	struct span p = (*x)->path, q = (*y)->path;
	size_t n = p.n < q.n ? p.n : q.n, i = 0;
	while (i < n && p.p[i] == q.p[i])
		i++;
	if (i == n)
		return (p.n > q.n) - (p.n < q.n);
	if (p.p[i] == '/' || q.p[i] == '/')
		return p.p[i] == '/' ? -1 : 1;
	return p.p[i] < q.p[i] ? -1 : 1;
}

bool
ram_nitro_app(struct ram *r, const struct image *m, const struct process *p,
	      struct err *e)
{
	struct nitro w = { .r = r };
	size_t n;
	if (!tree_list(&m->tree, TREE_BY_ARRIVAL, r->arena, &w.all, &n, e))
		return false;
	if (!m->as_archived && n)
		qsort(w.all, n, sizeof(struct node *), by_walk);
	if (!ram_links(w.all, n, r->arena, &w.links, e) ||
	    !put_dir(r, SPAN(""), "rootfs", e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_excluded(w.all[i]) && !put_node(&w, i, e))
			return err_ctx(e, "%s", show(w.all[i]->path).s);
	return put_missing(&w, e) && put_template(r, p, e);
}

static bool
put_boot_file(struct ram *r, const char *name, const struct inode *i,
	      struct err *e)
{
	struct ram_entry en = { .name = span_str(name),
				.inode = i,
				.h = { .mode = CPIO_FILE | 0755,
				       .mtime = NITRO_TIME } };
	return put_entry(r, &en, e) || err_ctx(e, "%s", name);
}

bool
ram_nitro_boot(struct ram *r, const struct ramdisk_boot *b, struct err *e)
{
	return put_dir(r, SPAN(""), "dev", e) &&
	       put_boot_file(r, "init", b->init, e) &&
	       (!b->nsm || put_boot_file(r, "nsm.ko", b->nsm, e));
}

bool
ram_nitro_end(struct ram *r, struct err *e)
{
	const struct cpio_header end = {
		.ino = r->ino, .nlink = 1, .dev_major = 3, .dev_minor = 1
	};
	return cpio_write_end(&r->out, &end, e);
}

/* Does as Docker does: replaces an existing file or link, and uses an existing
 * directory unchanged. */
static bool
docker_path(struct tree *t, const struct fixed *f, struct err *e)
{
	struct span path = span_str(f->path);
	for (size_t at = 0; at <= path.n; at++) {
		struct node *n;
		if (at < path.n && path.p[at] != '/')
			continue;
		n = tree_find(t, span_sub(path, 0, at));
		if (n && n->inode->type != NODE_DIR)
			tree_remove(t, n);
	}
	if (tree_find(t, path))
		return true;
	struct inode *i = tree_inode(t);
	if (!i)
		return err_full(e, "the image's files");
	i->type = f->type;
	i->mode = f->type == NODE_SYMLINK ? 0777 : 0755;
	/* linuxkit replaces the content */
	if (f->type == NODE_SYMLINK && f->replace)
		i->type = NODE_FILE, i->mode = 0755;
	if (i->type == NODE_FILE)
		content_set(i, SPAN(""));
	if (i->type == NODE_SYMLINK)
		i->link = span_str(f->body);
	return tree_put(t, path, i, NULL, e);
}

bool
ram_nitro_docker_paths(struct tree *t, struct err *e)
{
	for (size_t i = 0; i < COUNT(fixed); i++)
		if (!docker_path(t, &fixed[i], e))
			return false;
	return true;
}
