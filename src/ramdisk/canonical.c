/* Profile canonical/1: see ramdisk/ramdisk.h. */
#include "ramdisk/put.h"

#include "base/buf.h"
#include "base/fmt.h"
#include "codec/hex.h"

enum { CAPS_MAX = 4 << 20 }; /* what our init reads */

/* Sets the fields that depend only on the inode and the options. */
static bool
header(const struct ram *r, const struct inode *i, struct cpio_header *h,
       struct err *e)
{
	static const uint8_t nlink[] = {
		[NODE_FILE] = 1,   [NODE_DIR] = 2,   [NODE_SYMLINK] = 1,
		[NODE_CHAR] = 1,   [NODE_BLOCK] = 1, [NODE_FIFO] = 2,
		[NODE_SOCKET] = 2,
	};
	uint32_t mode = i->type == NODE_SYMLINK ? 0777 : i->mode & 07777;
	int64_t t = (int64_t)r->o->epoch;
	bool device = i->type == NODE_CHAR || i->type == NODE_BLOCK;
	if (r->o->mtime == RAMDISK_MTIME_CLAMP && i->mtime < t)
		t = i->mtime;
	*h = (struct cpio_header){
		.mode = ram_type(i->type) | mode,
		.uid = r->o->owner == RAMDISK_OWNER_ROOT ? 0 : i->uid,
		.gid = r->o->owner == RAMDISK_OWNER_ROOT ? 0 : i->gid,
		.nlink = nlink[i->type],
		.rdev_major = device ? i->major : 0,
		.rdev_minor = device ? i->minor : 0,
	};
	return ram_mtime(t, &h->mtime, e);
}

/* Link targets end with a NUL, which is not part of the span: needs a copy. */
static bool
link_body(struct span link, uint8_t room[static CPIO_NAME_MAX],
	  struct span *out, struct err *e)
{
	if (link.n == 0 || link.n >= CPIO_NAME_MAX ||
	    span_find(link, 0) < link.n) {
		err_set(e, ERR_INPUT,
			"a symbolic link's target has %zu bytes, or contains a "
			"NUL byte",
			link.n);
		return err_id(e, "ramdisk-link");
	}
	for (size_t i = 0; i < link.n; i++)
		room[i] = link.p[i];
	room[link.n] = 0;
	*out = span_of(room, link.n + 1);
	return true;
}

static bool
put_one(struct ram *r, struct span prefix, struct span path,
	const struct inode *i, struct err *e)
{
	uint8_t room[CPIO_NAME_MAX];
	struct ram_entry en = { .prefix = prefix, .name = path };
	ASSERT(i->type != NODE_SOCKET);
	if (!header(r, i, &en.h, e))
		return false;
	en.h.ino = r->ino++;
	if (i->type == NODE_FILE)
		en.inode = i;
	else if (i->type == NODE_SYMLINK &&
		 !link_body(i->link, room, &en.body, e))
		return false;
	return ram_put(r, &en, e);
}

/* Writes all names of a file, in order, with one inode number; data with the
 * last. */
static bool
put_group(struct ram *r, struct span prefix, const struct ram_links *g,
	  struct err *e)
{
	const struct inode *i = g->v[0].node->inode;
	struct ram_entry en = { .prefix = prefix, .inode = i };
	if (!header(r, i, &en.h, e))
		return false;
	en.h.ino = r->ino++;
	en.h.nlink = (uint32_t)g->n;
	for (size_t k = 0; k < g->n; k++) {
		en.name = g->v[k].node->path;
		en.no_data = k + 1 < g->n;
		if (!ram_put(r, &en, e))
			return false;
	}
	return true;
}

static bool
put_tree(struct ram *r, struct span prefix, const struct tree *t, struct err *e)
{
	struct node **all;
	struct ram_links links, group;
	size_t n;
	if (!tree_list(t, TREE_BY_PATH, r->arena, &all, &n, e) ||
	    !ram_links(all, n, r->arena, &links, e))
		return false;
	for (size_t k = 0; k < n; k++) {
		const struct inode *i = all[k]->inode;
		group = (struct ram_links){ 0 };
		if (i->names > 1 && i->type == NODE_FILE)
			group = ram_links_of(&links, i);
		if (group.n > 1 && group.v[group.n - 1].at != k)
			continue;
		if (!(group.n > 1 ? put_group(r, prefix, &group, e)
				  : put_one(r, prefix, all[k]->path, i, e)))
			return err_ctx(e, "%s", show(all[k]->path).s);
	}
	return true;
}

/* Writes an entry that is not in the image: owned by root, with the epoch's
 * time. */
static bool
put_own(struct ram *r, const char *name, enum node_type type, uint32_t mode,
	struct span bytes, struct err *e)
{
	struct inode i = { .type = type,
			   .mode = mode,
			   .mtime = (int64_t)r->o->epoch };
	if (type == NODE_FILE)
		content_set(&i, bytes);
	return put_one(r, (struct span){ 0 }, span_str(name), &i, e);
}

/* Makes the list of file capabilities for our init, in byte order of the
 * paths. */
static bool
caps_list(const struct tree *t, struct arena *a, struct span *out,
	  struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(CAPS_MAX);
	struct node **all;
	size_t n;
	if (!tree_list(t, TREE_BY_PATH, a, &all, &n, e))
		return false;
	for (size_t k = 0; k < n; k++) {
		const struct xattr *x = all[k]->inode->xattr;
		while (x && !span_is(x->name, "security.capability"))
			x = x->next;
		if (!x)
			continue;
		hex_put(&b, x->value);
		buf_u8(&b, ' ');
		buf_span(&b, all[k]->path);
		buf_u8(&b, 0);
	}
	if (!buf_ok(&b, "the list of file capabilities", e))
		return false;
	*out = (struct span){ 0 };
	if (b.n)
		*out = arena_dup(a, buf_view(&b));
	return b.n == out->n || err_full(e, "the list of capabilities");
}

bool
ram_canonical_app(struct ram *r, const struct image *m, const struct process *p,
		  struct err *e)
{
	struct span caps = { 0 };
	struct process_files f;
	if (r->o->caps == RAMDISK_CAPS_INIT &&
	    !caps_list(&m->tree, r->arena, &caps, e))
		return false;
	if (!process_files(p, r->arena, &f, e))
		return false;
	/* these names are in order, and before everything in rootfs/ */
	const struct {
		const char *name;
		bool there;
		struct span bytes;
	} file[] = {
		{ "caps", caps.n > 0, caps },
		{ "cmd", f.has_lines, f.cmd },
		{ "env", f.has_lines, f.env },
		{ "process", true, f.process },
	};
	for (size_t i = 0; i < COUNT(file); i++)
		if (file[i].there && !put_own(r, file[i].name, NODE_FILE, 0644,
					      file[i].bytes, e))
			return false;
	return put_own(r, "rootfs", NODE_DIR, 0755, SPAN(""), e) &&
	       put_tree(r, SPAN("rootfs/"), &m->tree, e);
}

static bool
put_boot_file(struct ram *r, const char *name, uint32_t mode,
	      const struct inode *from, struct err *e)
{
	struct inode i = *from;
	ASSERT(i.type == NODE_FILE);
	i.mode = mode;
	i.uid = i.gid = 0;
	i.mtime = (int64_t)r->o->epoch;
	return put_one(r, (struct span){ 0 }, span_str(name), &i, e) ||
	       err_ctx(e, "%s", name);
}

bool
ram_canonical_boot(struct ram *r, const struct ramdisk_boot *b, struct err *e)
{
	return put_own(r, "dev", NODE_DIR, 0755, SPAN(""), e) &&
	       put_boot_file(r, "init", 0755, b->init, e) &&
	       (!b->nsm || put_boot_file(r, "nsm.ko", 0644, b->nsm, e));
}

bool
ram_canonical_end(struct ram *r, struct err *e)
{
	return cpio_write_end(&r->out, &(struct cpio_header){ .nlink = 1 }, e);
}
