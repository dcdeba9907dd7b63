/* Whether the command of an image is in it: see image/process.h. */
#include "base/buf.h"
#include "base/fmt.h"
#include "base/limits.h"
#include "image/process.h"
#include "image/resolve.h"

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
		return FOUND; /* the build says so itself, or never will */
	if (!n)
		return ABSENT;
	if (n->inode->type != NODE_FILE)
		return NOT_A_FILE;
	return n->inode->mode & 0111 ? FOUND : NOT_EXECUTABLE;
}

static struct span
search_path(const struct strings *env)
{
	struct span key = SPAN("PATH=");
	for (size_t i = 0; i < env->n; i++)
		if (span_starts(env->v[i], key))
			return span_from(env->v[i], key.n);
	return (struct span){ 0 };
}

/* As execvp does: a name with a slash is a path, else PATH is searched. */
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
		enum found f = look(m, span_cut(&path, ':'), name);
		best = f == ABSENT ? best : f;
	}
	return best;
}

void
process_warn_absent(struct image *m, const struct process *p)
{
	static const char *const why[] = {
		[ABSENT] = "is not in the image",
		[NOT_A_FILE] = "is not a file",
		[NOT_EXECUTABLE] = "is not executable",
	};
	enum found f = find(m, p, p->args.v[0]);
	if (f != FOUND)
		note_warn(m->notes, "process-command",
			  "the command %s %s: the enclave would end as soon "
			  "as it starts",
			  show(p->args.v[0]).s, why[f]);
}
