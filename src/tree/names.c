#include "tree/names.h"

#include <stdlib.h>

#include "base/fmt.h"
#include "base/path.h"
#include "tree/names_table.h"

/* Removes one code point from the front; a byte that is not UTF-8 becomes
 * 0x110000 + byte. */
static uint32_t
next_point(struct span *s)
{
	size_t n = utf8_len(*s);
	uint32_t c = s->p[0];
	if (n == 0) {
		n = 1;
		c += 0x110000;
	} else if (n > 1) {
		c &= 0x7fU >> n;
		for (size_t i = 1; i < n; i++)
			c = c << 6 | (s->p[i] & 0x3f);
	}
	*s = span_from(*s, n);
	return c;
}

bool
names_utf8(struct span name)
{
	while (name.n)
		if (next_point(&name) >= 0x110000)
			return false;
	return true;
}

static bool
is_mark(uint32_t c)
{
	size_t lo = 0, hi = names_marks_count;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (names_marks[mid].last < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < names_marks_count && names_marks[lo].first <= c;
}

bool
names_composed(struct span name)
{
	while (name.n)
		if (is_mark(next_point(&name)))
			return false;
	return true;
}

static uint32_t
fold(uint32_t c)
{
	size_t lo = 0, hi = names_folds_count;
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (names_folds[mid].last < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	const struct names_fold *f = &names_folds[lo];
	if (lo == names_folds_count || f->first > c || (c - f->first) % f->step)
		return c;
	return (uint32_t)((int32_t)c + f->delta);
}

int
names_fold_cmp(struct span a, struct span b)
{
	while (a.n && b.n) {
		uint32_t x = fold(next_point(&a)), y = fold(next_point(&b));
		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n > 0) - (b.n > 0);
}

static int
by_fold(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;
	int c = names_fold_cmp((*x)->path, (*y)->path);
	return c ? c : span_cmp((*x)->path, (*y)->path);
}

/* A hash that is equal for paths that are equal but for case (FNV-1a). */
static uint64_t
fold_hash(const struct node *n)
{
	struct span name = n->path;
	uint64_t h = 0xcbf29ce484222325;
	while (name.n)
		h = (h ^ fold(next_point(&name))) * 0x100000001b3;
	return h;
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Returns true if there can be a collision: sorting hashes is faster than
 * sorting names. */
static bool
suspect_case(struct node **all, size_t n, struct arena *a, bool *out,
	     struct err *e)
{
	uint64_t *h = NEW(a, uint64_t, n);
	if (!h)
		return err_full(e, "the image's list of names");
	for (size_t i = 0; i < n; i++)
		h[i] = fold_hash(all[i]);
	qsort(h, n, sizeof *h, by_number);
	*out = false;
	for (size_t i = 1; i < n && !*out; i++)
		*out = h[i - 1] == h[i];
	return true;
}

static void
warn_names(struct node **all, size_t n, struct notes *to, const char *id,
	   bool (*good)(struct span), const char *what)
{
	const struct node *first = NULL;
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		if (good(path_base(all[i]->path)))
			continue;
		if (k++ == 0)
			first = all[i];
	}
	if (k)
		note_warn(to, id, "%s %s; %s %s", show_count(k, "name", NULL).s,
			  what, k == 1 ? "namely" : "the first is",
			  show(first->path).s);
}

/* Two directories are merged without loss; their content is compared
 * separately. Perl has sys/ beside Sys/. A lost manual page affects no
 * program: Debian's PAM.7 is a link to pam.7. */
static bool
merges(const struct node *a, const struct node *b)
{
	const struct span man = SPAN("usr/share/man/");
	return (a->inode->type == NODE_DIR && b->inode->type == NODE_DIR) ||
	       (span_starts(a->path, man) && span_starts(b->path, man));
}

static void
warn_case(struct node **all, size_t n, struct notes *to)
{
	const struct node *first = NULL;
	size_t k = 0;
	qsort(all, n, sizeof(struct node *), by_fold);
	for (size_t i = 1; i < n; i++) {
		const struct node *a = all[i - 1], *b = all[i];
		if (merges(a, b) || names_fold_cmp(a->path, b->path))
			continue;
		if (k++ == 0 || span_cmp(b->path, first->path) < 0)
			first = b;
	}
	if (k)
		note_warn(to, "name-case",
			  "%s from another in case only, and file "
			  "systems that ignore case merge them; %s %s",
			  show_count(k, "name differs", "names differ").s,
			  k == 1 ? "namely" : "the first is",
			  show(first->path).s);
}

/* COPY . . of a Dockerfile copies the output of an earlier build also. */
static bool
is_no_output(struct span name)
{
	return !span_ends(name, SPAN(".eif")) &&
	       !span_ends(name, SPAN(".pcrs.json"));
}

bool
names_check(const struct tree *t, struct notes *to, struct err *e)
{
	DEFER(arena_finish) struct arena scratch = { .max = t->arena->max };
	struct node **all;
	size_t n;
	bool suspect;
	if (!tree_list(t, TREE_BY_PATH, &scratch, &all, &n, e) ||
	    !suspect_case(all, n, &scratch, &suspect, e))
		return false;
	warn_names(all, n, to, "name-utf8", names_utf8, "not in UTF-8");
	warn_names(all, n, to, "name-nfc", names_composed,
		   "perhaps not composed (Unicode NFC), so that two that "
		   "look alike can differ");
	warn_names(all, n, to, "name-output", is_no_output,
		   "as of an enclave image or its record, perhaps an earlier "
		   "build's: *.eif and *.pcrs.json in .dockerignore leave them "
		   "out");
	if (suspect)
		warn_case(all, n, to);
	return true;
}
