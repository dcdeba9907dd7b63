#include "image/names.h"

#include <stdlib.h>

#include "base/fmt.h"
#include "image/names_table.h"

/* Cuts one code point off; a byte that is no UTF-8 becomes 0x110000 + byte. */
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
		note_warn(to, id, "%zu name(s) %s; the first is %s", k, what,
			  show(first->path).s);
}

static void
warn_case(struct node **all, size_t n, struct notes *to)
{
	const struct node *first = NULL;
	size_t k = 0;
	qsort(all, n, sizeof(struct node *), by_fold);
	for (size_t i = 1; i < n; i++) {
		if (names_fold_cmp(all[i - 1]->path, all[i]->path) != 0)
			continue;
		/* of colliding directories, say it once, not for the content */
		if (!span_eq(path_dir(all[i - 1]->path),
			     path_dir(all[i]->path)))
			continue;
		if (k++ == 0)
			first = all[i];
	}
	if (k)
		note_warn(to, "name-case",
			  "%zu name(s) differ from a neighbour in case only, "
			  "and file systems that ignore case merge them; the "
			  "first is %s",
			  k, show(first->path).s);
}

bool
names_check(const struct tree *t, struct notes *to, struct err *e)
{
	DEFER(arena_finish) struct arena scratch = { .max = t->arena->max };
	struct node **all;
	size_t n;
	if (!tree_list(t, TREE_BY_PATH, &scratch, &all, &n, e))
		return false;
	warn_names(all, n, to, "name-utf8", names_utf8, "that are not UTF-8");
	warn_names(all, n, to, "name-nfc", names_composed,
		   "that may not be composed (Unicode NFC), and look like "
		   "others");
	if (n)
		warn_case(all, n, to);
	return true;
}
