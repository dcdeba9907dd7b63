/* Topics of the help, and all manual pages at once. */
#include "cli/help.h"

#include "attest/policy_doc.h"
#include "base/limits.h"
#include "build/config_doc.h"
#include "build/format_doc.h"
#include "sys/fs.h"

static void
config_mdoc(struct buf *b)
{
	config_doc_mdoc(b, VERACLAVE_VERSION);
}

static void
policy_mdoc(struct buf *b)
{
	policy_doc_mdoc(b, VERACLAVE_VERSION);
}

static void
formats_mdoc(struct buf *b)
{
	format_doc_mdoc(b, VERACLAVE_VERSION);
}

const struct topic help_topics[] = {
	{ "enclave.toml", "enclave.toml", 5,
	  "the file that describes an enclave image", config_doc_text,
	  config_mdoc, config_doc_markdown },
	{ "policy.toml", "policy.toml", 5,
	  "the file that says which enclaves are accepted", policy_doc_text,
	  policy_mdoc, policy_doc_markdown },
	{ "formats", "veraclave-formats", 7, "JSON that veraclave writes",
	  format_doc_text, formats_mdoc, format_doc_markdown },
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
	DEFER(buf_free) struct buf b = buf_max(MIB);
	const char *name =
		c ? arena_fmt(a, "veraclave-%s", c->name) : "veraclave";
	help_mdoc(&b, c);
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
