/* Checks that unpacked ramdisks are unchanged: see ramdisk/unpack.h. */
#include "base/fmt.h"
#include "base/limits.h"
#include "ramdisk/unpack.h"
#include "sys/fs.h"
#include "sys/walk.h"

struct pair {
	int have, fresh; /* directories */
	const char *name;
};

static bool
edited(const struct pair *p, struct span path, struct err *e)
{
	err_set(e, ERR_INPUT,
		"%s.d/%s differs from its entry in %s, which is the file that "
		"goes into the image",
		p->name, show(path).s, p->name);
	err_hint(e, "make the change in the archive %s, or remove %s.d",
		 p->name, p->name);
	return err_id(e, "unpack-edited");
}

/* Finds the next file, directory or link. */
static bool
step(struct walk *w, struct walk_entry *x, bool *more, struct err *e)
{
	do
		if (!walk_next(w, x, more, e))
			return false;
	while (*more && (x->type > WALK_SYMLINK || x->path.n == 0));
	return true;
}

static bool
same_bytes(const struct pair *p, struct span path, bool *same, struct err *e)
{
	DEFER(fd_closep) int a = -1;
	DEFER(fd_closep) int b = -1;
	uint8_t x[4 * KIB], y[4 * KIB];
	size_t n = sizeof x, m;
	if (!fs_open_beneath(p->have, path, &a, e) ||
	    !fs_open_beneath(p->fresh, path, &b, e))
		return false;
	for (*same = true; *same && n == sizeof x;) {
		if (!fs_read_some(a, x, sizeof x, &n, e) ||
		    !fs_read_some(b, y, sizeof y, &m, e))
			return false;
		*same = span_eq(span_of(x, n), span_of(y, m));
	}
	return true;
}

/* Returns true if the file of the directory equals the one of the archive. */
static bool
same_entry(const struct pair *p, const struct walk_entry *x,
	   const struct walk_entry *y, bool *same, struct err *e)
{
	bool file = x->type == WALK_FILE;
	*same = x->type == y->type && x->mode == y->mode &&
		span_eq(x->link, y->link) && (!file || x->size == y->size);
	return !*same || !file || same_bytes(p, x->path, same, e);
}

static bool
compare(const struct pair *p, struct arena *a, struct err *e)
{
	DEFER(walk_close) struct walk *v = NULL;
	DEFER(walk_close) struct walk *w = NULL;
	struct walk_entry x, y;
	bool more = true, also = true, same = true;
	if (!walk_open(&v, p->have, a, e) || !walk_open(&w, p->fresh, a, e))
		return false;
	while (more) {
		if (!step(v, &x, &more, e) || !step(w, &y, &also, e))
			return false;
		if (!more && !also)
			break;
		if (!more || !also || !span_eq(x.path, y.path))
			return edited(p, more ? x.path : y.path, e);
		if (!same_entry(p, &x, &y, &same, e))
			return false;
		if (!same)
			return edited(p, x.path, e);
	}
	return true;
}

static bool
check_one(struct pair *p, int archive, struct budget *budget, struct arena *a,
	  struct err *e)
{
	DEFER(fd_closep) int fresh = -1;
	const struct unpack_plan plan = { .budget = budget };
	struct unpack_count n = { 0 };
	struct blob b;
	char *tmp;
	if (!fs_blob(archive, &b, e) || !fs_tmpdir(a, &tmp, e))
		return false;
	bool ok = fs_open_dir(tmp, &fresh, e);
	p->fresh = fresh;
	if (ok && !ramdisk_unpack(&b, fresh, &plan, &n, e))
		ok = err_ctx(e, "%s", p->name);
	ok = ok && compare(p, a, e);
	fs_remove_tree(tmp);
	return ok;
}

bool
unpack_unedited(int dir, struct budget *budget, struct arena *a, struct err *e)
{
	for (unsigned i = 1; i <= LIMIT_EIF_SECTIONS; i++) {
		DEFER(fd_closep) int have = -1;
		DEFER(fd_closep) int archive = -1;
		struct err absent = { 0 };
		const char *name = arena_fmt(a, "ramdisk-%u", i);
		const char *sub = arena_fmt(a, "ramdisk-%u.d", i);
		if (!name || !sub)
			return err_full(e, "a file name");
		if (!fs_open_beneath(dir, span_str(sub), &have, &absent))
			continue;
		if (!fs_open_beneath(dir, span_str(name), &archive, e))
			return false;
		struct pair p = { .have = have, .name = name };
		if (!check_one(&p, archive, budget, a, e))
			return false;
	}
	return true;
}
