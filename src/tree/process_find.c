/* Finds the command of an image in its tree: see tree/process.h. */
#include <string.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/limits.h"
#include "base/near.h"
#include "base/path.h"
#include "tree/process.h"
#include "tree/resolve.h"

enum found { FOUND, ABSENT, NOT_A_FILE, NOT_EXECUTABLE };

static enum found
look(const struct image *m, struct span dir, struct span name)
{
	DEFER(buf_free) struct buf b = buf_max(2 * LIMIT_PATH);
	struct err ignored = { 0 };
	struct span path;
	struct node *n = NULL;
	buf_span(&b, dir);
	buf_u8(&b, '/');
	buf_span(&b, name);
	if (b.failed || !tree_resolve(&m->tree, buf_view(&b), m->arena, &path,
				      &n, &ignored))
		return FOUND; /* the error is reported elsewhere, or the command
				 needs no check */
	if (!n)
		return ABSENT;
	if (n->inode->type != NODE_FILE)
		return NOT_A_FILE;
	return n->inode->mode & 0111 ? FOUND : NOT_EXECUTABLE;
}

/* The path that execvp searches if PATH is not set: musl's default, which
 * includes glibc's. */
static struct span
search_path(const struct strings *env)
{
	struct span key = SPAN("PATH=");
	for (size_t i = 0; i < env->n; i++)
		if (span_starts(env->v[i], key))
			return span_from(env->v[i], key.n);
	return SPAN("/usr/local/bin:/bin:/usr/bin");
}

/* Searches as execvp does: a name with a slash is a path, else PATH is
 * searched, in which an empty part is the working directory. */
static enum found
find(const struct image *m, const struct process *p, struct span name)
{
	struct span path = search_path(&p->env), root = { 0 };
	enum found best = ABSENT;
	if (name.p[0] == '/')
		return look(m, root, name);
	if (span_find(name, '/') < name.n)
		return look(m, p->cwd, name);
	while (path.n && best != FOUND) {
		struct span dir = span_cut(&path, ':');
		enum found f = look(m, dir.n ? dir : p->cwd, name);
		best = f == ABSENT ? best : f;
	}
	return best;
}

/* Returns the program with the nearest name, in any directory; NULL if no name
 * is near. A link counts as its target. */
static const struct node *
nearest(const struct image *m, struct span name)
{
	struct span base = path_base(name), root = { 0 };
	const char *want = arena_cstr(m->arena, base);
	size_t least = near_enough(base.n) + 1;
	const struct node *best = NULL, *n = NULL;
	while (want && (n = tree_next(&m->tree, n))) {
		char has[NEAR_NAME + 1];
		struct span is = path_base(n->path);
		if (is.n > NEAR_NAME || n->inode->type == NODE_DIR)
			continue;
		memcpy(has, is.p, is.n);
		has[is.n] = 0;
		size_t d = near_distance(has, want);
		if (d < least && look(m, root, n->path) == FOUND) {
			best = n;
			least = d;
		}
	}
	return best;
}

static bool
refuse(const struct image *m, struct span name, enum found f, const char *why,
       struct err *e)
{
	const struct node *near = f == NOT_EXECUTABLE ? NULL : nearest(m, name);
	err_set(e, ERR_INPUT,
		"the command %s %s: the enclave would end as soon as it starts",
		show(name).s, why);
	if (f == NOT_EXECUTABLE)
		err_hint(e, "give it the mode 0755 in the source, or build "
			    "with --allow-missing-command");
	else if (near)
		err_hint(e,
			 "did you mean /%s? --allow-missing-command builds the "
			 "image anyway",
			 show(near->path).s);
	else
		err_hint(e,
			 "no program there has a similar name: correct the "
			 "entrypoint, or build with --allow-missing-command");
	return err_id(e, "process-command");
}

const char *const process_missing_names[] = {
	[PROCESS_MISSING_ERROR] = "error",
	[PROCESS_MISSING_ALLOW] = "allow",
	[PROCESS_MISSING_ALLOW + 1] = NULL,
};

bool
process_check_command(struct image *m, const struct process *p,
		      enum process_missing missing, struct err *e)
{
	static const char *const why[] = {
		[ABSENT] = "is not in the image",
		[NOT_A_FILE] = "is not a file",
		[NOT_EXECUTABLE] = "is not executable",
	};
	struct span name = p->args.v[0];
	enum found f = name.n ? find(m, p, name) : ABSENT;
	if (m->arena->failed)
		return err_full(e, "the search for the command");
	if (f == FOUND)
		return true;
	if (missing != PROCESS_MISSING_ALLOW)
		return refuse(m, name, f, why[f], e);
	note_warn(m->notes, "process-command",
		  "the command %s %s: the enclave would end as soon as it "
		  "starts",
		  show(name).s, why[f]);
	return true;
}
