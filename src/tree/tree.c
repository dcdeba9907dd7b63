#include "tree/tree.h"

#include <stdlib.h>

#include "base/fmt.h"
#include "base/limits.h"

void
tree_init(struct tree *t, struct arena *a, const uint64_t seed[2])
{
	*t = (struct tree){ .arena = a,
			    .root = { .type = NODE_DIR, .mode = 0755 } };
	map_init(&t->names, a, seed);
}

struct inode *
tree_inode(struct tree *t)
{
	return NEW(t->arena, struct inode, 1);
}

static const char *
component_fault(struct span c)
{
	if (c.n == 0)
		return "an empty component";
	if (span_is(c, "."))
		return "a component \".\"";
	if (span_is(c, ".."))
		return "a component \"..\"";
	if (c.n > LIMIT_NAME)
		return "a component of more than 255 bytes";
	return NULL;
}

static const char *
path_fault(struct span path)
{
	const char *why = NULL;
	if (path.n == 0)
		return "nothing in it";
	if (path.n > LIMIT_PATH)
		return "more than 4095 bytes";
	if (span_find(path, 0) < path.n)
		return "a NUL byte";
	if (path.p[path.n - 1] == '/')
		return "a slash at its end";
	for (struct span rest = path; rest.n && !why;)
		why = component_fault(span_cut(&rest, '/'));
	return why;
}

bool
tree_path_ok(struct span path, struct err *e)
{
	const char *why = path_fault(path);
	if (!why)
		return true;
	err_set(e, ERR_INPUT, "the name %s has %s", show(path).s, why);
	return err_id(e, "tree-path");
}

struct node *
tree_find(const struct tree *t, struct span path)
{
	return map_get(&t->names, path);
}

static void
unlink_node(struct tree *t, struct node *n)
{
	struct node **first = n->parent ? &n->parent->child : &t->child;
	if (n->prev->next)
		n->prev->next = n->next;
	else
		*first = n->next;
	/* `prev` of the first is the last, `next` of the last is NULL */
	struct node *after = n->next ? n->next : *first;
	if (after)
		after->prev = n->prev;
}

static void
link_node(struct tree *t, struct node *n)
{
	struct node **first = n->parent ? &n->parent->child : &t->child;
	struct node *last = *first ? (*first)->prev : NULL;
	n->next = NULL;
	n->prev = last ? last : n;
	if (last)
		last->next = n;
	else
		*first = n;
	(*first)->prev = n;
}

static void
forget(struct tree *t, struct node *n)
{
	void **at = map_find(&t->names, n->path);
	if (at && *at == n)
		*at = NULL;
	n->gone = true;
	n->inode->names--;
	t->count--;
}

struct node *
tree_next_beside(const struct node *n)
{
	while (n && !n->next)
		n = n->parent;
	return n ? n->next : NULL;
}

struct node *
tree_next(const struct tree *t, const struct node *n)
{
	if (!n)
		return t->child;
	return n->child ? n->child : tree_next_beside(n);
}

void
tree_remove_children(struct tree *t, struct node *n)
{
	const struct node *end = tree_next_beside(n);
	for (struct node *c = n->child; c && c != end; c = tree_next(t, c))
		forget(t, c);
	n->child = NULL;
}

void
tree_remove(struct tree *t, struct node *n)
{
	tree_remove_children(t, n);
	forget(t, n);
	unlink_node(t, n);
}

static struct node *
new_node(struct tree *t, struct span path, struct node *parent,
	 struct inode *inode, struct err *e)
{
	if (t->count >= LIMIT_ENTRIES) {
		err_set(e, ERR_LIMIT, "the image has more than %zu entries",
			LIMIT_ENTRIES);
		return NULL;
	}
	struct node *n = NEW(t->arena, struct node, 1);
	struct span name = arena_dup(t->arena, path);
	if (!n || !name.p) {
		err_full(e, "the image's list of files");
		return NULL;
	}
	*n = (struct node){
		.path = name, .inode = inode, .parent = parent, .seq = ++t->seq
	};
	if (!map_put(&t->names, n->path, n, e))
		return NULL;
	inode->names++;
	t->count++;
	link_node(t, n);
	return n;
}

/* Returns the directory node for every proper prefix of path; makes it if it
 * is missing. */
static bool
parents(struct tree *t, struct span path, struct node **out, struct err *e)
{
	*out = NULL;
	for (size_t at = 0; at < path.n; at++) {
		if (path.p[at] != '/')
			continue;
		struct span dir = span_sub(path, 0, at);
		struct node *n = tree_find(t, dir);
		if (!n) {
			struct inode *i = tree_inode(t);
			if (!i)
				return err_full(e, "the image's files");
			i->type = NODE_DIR;
			i->mode = 0755;
			n = new_node(t, dir, *out, i, e);
			if (!n)
				return false;
			n->implied = true;
		}
		if (n->inode->type != NODE_DIR) {
			err_set(e, ERR_INPUT,
				"%s is below %s, which is not a directory",
				show(path).s, show(dir).s);
			return err_id(e, "tree-parent");
		}
		*out = n;
	}
	return true;
}

static void
replace(struct tree *t, struct node *n, struct inode *inode)
{
	if (n->inode->type != NODE_DIR || inode->type != NODE_DIR)
		tree_remove_children(t, n);
	inode->names++;
	n->inode->names--;
	n->inode = inode;
	n->implied = false;
	/* a replaced node counts as a new arrival */
	n->seq = ++t->seq;
	unlink_node(t, n);
	link_node(t, n);
}

bool
tree_put(struct tree *t, struct span path, struct inode *inode,
	 struct node **out, struct err *e)
{
	struct node *parent, *n;
	if (!tree_path_ok(path, e))
		return false;
	n = tree_find(t, path);
	if (n) {
		replace(t, n, inode);
	} else if (!parents(t, path, &parent, e)) {
		return false;
	} else {
		n = new_node(t, path, parent, inode, e);
	}
	if (n && out)
		*out = n;
	return n != NULL;
}

static int
by_path(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;
	return span_cmp((*x)->path, (*y)->path);
}

static int
by_arrival(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;
	return ((*x)->seq > (*y)->seq) - ((*x)->seq < (*y)->seq);
}

bool
tree_list(const struct tree *t, enum tree_order order, struct arena *a,
	  struct node ***out, size_t *n, struct err *e)
{
	struct node **all = NEW(a, struct node *, t->count);
	size_t i = 0;
	if (!all)
		return err_full(e, "the image's list of files");
	for (struct node *x = NULL; (x = tree_next(t, x));) {
		ASSERT(i < t->count && !x->gone);
		all[i++] = x;
	}
	ASSERT(i == t->count);
	if (i)
		qsort(all, i, sizeof(struct node *),
		      order == TREE_BY_PATH ? by_path : by_arrival);
	*out = all;
	*n = i;
	return true;
}
