/* All manual pages at once: see cli/help.h. */
#include "cli/help.h"

#include "base/limits.h"
#include "sys/fs.h"

static bool
write_page(struct arena *a, const char *dir, const char *name, unsigned section,
	   struct span text, struct err *e)
{
	char *folder = arena_fmt(a, "%s/man%u", dir, section);
	char *path =
		arena_fmt(a, "%s/man%u/%s.%u", dir, section, name, section);
	if (!folder || !path)
		return err_full(e, "the page");
	return fs_mkdirs(folder, 0755, e) && fs_write_file(path, text, 0644, e);
}

/* The page of a verb, or of the program when c is NULL. */
static bool
verb_page(const struct program *p, struct arena *a, const char *dir,
	  const struct cmd *c, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	const char *name =
		c ? arena_fmt(a, "veraclave-%s", c->name) : "veraclave";
	help_mdoc(p, &b, c);
	return name ? buf_ok(&b, name, e) &&
			       write_page(a, dir, name, 1, buf_view(&b), e)
		    : err_full(e, "the page");
}

static bool
topic_page(struct arena *a, const char *dir, const struct topic *x,
	   struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	x->mdoc(&b);
	return buf_ok(&b, x->name, e) &&
	       write_page(a, dir, x->page, x->section, buf_view(&b), e);
}

bool
help_pages(const struct program *p, struct arena *a, const char *dir,
	   struct err *e)
{
	if (!verb_page(p, a, dir, NULL, e))
		return false;
	for (const struct cmd *const *c = p->cmds; *c; c++)
		if ((*c)->group && !verb_page(p, a, dir, *c, e))
			return false;
	for (const struct topic *x = p->topics; x->name; x++)
		if (!topic_page(a, dir, x, e))
			return false;
	return true;
}
