#include "ramdisk/ramdisk.h"

#include <stdlib.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "ramdisk/put.h"

static const struct profile {
	const char *name;
	bool (*app)(struct ram *r, const struct image *m,
		    const struct process *p, struct err *e);
	bool (*boot)(struct ram *r, const struct ramdisk_boot *b,
		     struct err *e);
	bool (*end)(struct ram *r, struct err *e);
} profiles[] = {
	[RAMDISK_CANONICAL] = { "canonical/1", ram_canonical_app,
				ram_canonical_boot, ram_canonical_end },
	[RAMDISK_NITRO_CLI] = { "nitro-cli/1", ram_nitro_app, ram_nitro_boot,
				ram_nitro_end },
};

const char *const ramdisk_profile_names[] = {
	[RAMDISK_CANONICAL] = "canonical",
	[RAMDISK_NITRO_CLI] = "nitro-cli",
	[RAMDISK_NITRO_CLI + 1] = NULL,
};
const char *const ramdisk_mtime_names[] = {
	[RAMDISK_MTIME_FIXED] = "fixed",
	[RAMDISK_MTIME_CLAMP] = "clamp",
	[RAMDISK_MTIME_CLAMP + 1] = NULL,
};
const char *const ramdisk_owner_names[] = {
	[RAMDISK_OWNER_KEEP] = "keep",
	[RAMDISK_OWNER_ROOT] = "root",
	[RAMDISK_OWNER_ROOT + 1] = NULL,
};
const char *const ramdisk_caps_names[] = {
	[RAMDISK_CAPS_REFUSE] = "error",
	[RAMDISK_CAPS_DROP] = "drop",
	[RAMDISK_CAPS_INIT] = "init",
	[RAMDISK_CAPS_INIT + 1] = NULL,
};

const char *
ramdisk_profile_name(enum ramdisk_profile p)
{
	return profiles[p].name;
}

bool
ram_init(struct ram *r, const struct ramdisk_options *o, const struct sink *k,
	 struct arena *scratch, struct err *e)
{
	*r = (struct ram){ .o = o, .arena = scratch, .ino = RAM_FIRST_INO };
	return cpio_writer_init(&r->out, scratch, k,
				o->profile == RAMDISK_CANONICAL, e);
}

bool
ramdisk_app(const struct image *m, const struct process *p,
	    const struct ramdisk_options *o, const struct sink *k,
	    uint64_t *size, struct err *e)
{
	DEFER(arena_finish) struct arena scratch = { .max = m->arena->max };
	const struct profile *w = &profiles[o->profile];
	struct ram r;
	if (!ram_init(&r, o, k, &scratch, e) || !w->app(&r, m, p, e) ||
	    !w->end(&r, e))
		return err_ctx(e, "writing the application ramdisk");
	*size = r.out.at;
	return true;
}

bool
ramdisk_boot(const struct ramdisk_boot *b, const struct ramdisk_options *o,
	     const struct sink *k, uint64_t *size, struct err *e)
{
	DEFER(arena_finish) struct arena scratch = { 0 };
	const struct profile *w = &profiles[o->profile];
	struct ram r;
	if (!ram_init(&r, o, k, &scratch, e) || !w->boot(&r, b, e) ||
	    !w->end(&r, e))
		return err_ctx(e, "writing the boot ramdisk");
	*size = r.out.at;
	return true;
}

uint32_t
ram_type(enum node_type t)
{
	static const uint32_t bits[] = {
		[NODE_FILE] = CPIO_FILE,       [NODE_DIR] = CPIO_DIR,
		[NODE_SYMLINK] = CPIO_SYMLINK, [NODE_CHAR] = CPIO_CHAR,
		[NODE_BLOCK] = CPIO_BLOCKDEV,  [NODE_FIFO] = CPIO_FIFO,
		[NODE_SOCKET] = CPIO_SOCKET,
	};
	return bits[t];
}

bool
ram_mtime(int64_t t, uint32_t *out, struct err *e)
{
	if (t < 0 || t > UINT32_MAX) {
		err_set(e, ERR_INPUT,
			"a ramdisk cannot carry a time of %lld seconds since "
			"1970",
			(long long)t);
		return err_id(e, "ramdisk-time");
	}
	*out = (uint32_t)t;
	return true;
}

static bool
put_data(struct ram *r, const struct ram_entry *en, struct err *e)
{
	struct sink into = cpio_sink(&r->out);
	if (en->no_data)
		return true;
	if (!en->inode)
		return cpio_write(&r->out, en->body, e);
	if (r->out.sink)
		return content_send(en->inode, &into, e);
	cpio_count(&r->out, en->inode->size);
	return true;
}

static bool
put_named(struct ram *r, struct ram_entry *en, struct span name, struct err *e)
{
	uint64_t size = en->inode ? en->inode->size : en->body.n;
	if (en->no_data)
		size = 0;
	if (size > LIMIT_CPIO_FILE) {
		err_set(e, ERR_LIMIT,
			"%s, but a file in a ramdisk must be smaller than 4 "
			"GiB",
			show_size(size).s);
		return err_id(e, "ramdisk-size");
	}
	en->h.size = (uint32_t)size;
	en->h.dev_major = 3;
	en->h.dev_minor = 1;
	return cpio_write_header(&r->out, &en->h, name, e) &&
	       put_data(r, en, e) && cpio_write_pad(&r->out, e);
}

bool
ram_put(struct ram *r, struct ram_entry *en, struct err *e)
{
	uint8_t room[CPIO_NAME_MAX + 16];
	const struct span part[] = { en->prefix, en->name, en->suffix };
	size_t n = 0;
	for (size_t i = 0; i < COUNT(part); i++)
		for (size_t j = 0; j < part[i].n && n < sizeof room; j++)
			room[n++] = part[i].p[j];
	return put_named(r, en, span_of(room, n), e);
}

static int
by_inode(const void *a, const void *b)
{
	const struct ram_link *x = a, *y = b;
	uintptr_t i = (uintptr_t)x->node->inode, j = (uintptr_t)y->node->inode;
	if (i != j)
		return i < j ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

bool
ram_links(struct node **all, size_t n, struct arena *a, struct ram_links *out,
	  struct err *e)
{
	size_t k = 0;
	*out = (struct ram_links){ 0 };
	for (size_t i = 0; i < n; i++)
		k += all[i]->inode->names > 1;
	if (k == 0)
		return true;
	out->v = NEW(a, struct ram_link, k);
	if (!out->v)
		return err_full(e, "the image's hard links");
	for (size_t i = 0; i < n; i++)
		if (all[i]->inode->names > 1)
			out->v[out->n++] = (struct ram_link){ all[i], i };
	qsort(out->v, out->n, sizeof *out->v, by_inode);
	return true;
}

struct ram_links
ram_links_of(const struct ram_links *l, const struct inode *i)
{
	size_t lo = 0, hi = l->n, end;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if ((uintptr_t)l->v[mid].node->inode < (uintptr_t)i)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < l->n && l->v[end].node->inode == i;)
		end++;
	return (struct ram_links){ end > lo ? l->v + lo : NULL, end - lo };
}
