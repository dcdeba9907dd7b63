/* Topics of the help, and all manual pages at once. */
#include "cli/help.h"

#include <errno.h>
#include <stdlib.h>

#include "base/limits.h"
#include "build/config_doc.h"
#include "sys/fs.h"

static void
config_mdoc(struct buf *b)
{
	config_doc_mdoc(b, VERACLAVE_VERSION);
}

const struct topic help_topics[] = {
	{ "enclave.toml", 5, "the file that describes an enclave image",
	  config_doc_text, config_mdoc, config_doc_markdown },
	{ .name = NULL },
};

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
verb_page(struct arena *a, const char *dir, const struct cmd *c, struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	const char *name =
		c ? arena_fmt(a, "veraclave-%s", c->name) : "veraclave";
	FILE *f = name ? open_memstream(&text, &n) : NULL;
	if (!f)
		return err_full(e, "the page");
	help_mdoc(f, c);
	bool ok = fclose(f) == 0
			  ? write_page(a, dir, name, 1, span_of(text, n), e)
			  : err_sys(e, errno, "cannot make the page");
	free(text);
	return ok;
}

static bool
topic_page(struct arena *a, const char *dir, const struct topic *x,
	   struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	x->mdoc(&b);
	return buf_ok(&b, x->name, e) &&
	       write_page(a, dir, x->name, x->section, buf_view(&b), e);
}

bool
help_pages(struct arena *a, const char *dir, struct err *e)
{
	if (!verb_page(a, dir, NULL, e))
		return false;
	for (const struct cmd *const *c = cmds; *c; c++)
		if ((*c)->group && !verb_page(a, dir, *c, e))
			return false;
	for (const struct topic *x = help_topics; x->name; x++)
		if (!topic_page(a, dir, x, e))
			return false;
	return true;
}
