#include "eif/content.h"

#include "base/fmt.h"

const char *
cmdline_fault(struct span s)
{
	if (s.n == 0)
		return "is empty";
	if (s.n > LIMIT_CMDLINE)
		return "is longer than a kernel takes";
	if (span_ends(s, SPAN("\n")))
		return "ends in a newline, which is measured";
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == 0)
			return "holds a NUL, where the kernel stops reading "
			       "but measuring goes on";
		else if ((s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return "holds control characters";
	return NULL;
}

bool
cmdline_check(struct span s, struct err *e)
{
	const char *fault = cmdline_fault(s);
	if (!fault)
		return true;
	err_set(e, ERR_INPUT, "the kernel command line %s", fault);
	return err_id(e, eif_rules[EIF_W_CMDLINE].id);
}

/* At most max bytes of a section's data. */
static bool
read_section(struct blob data, size_t max, struct arena *a, struct span *out,
	     struct err *e)
{
	size_t n = data.size < max ? (size_t)data.size : max;
	uint8_t *p = NEW(a, uint8_t, n + 1);
	if (!p)
		return err_full(e, "a section");
	*out = (struct span){ p, n };
	return blob_read(&data, p, n, 0, e);
}

static bool
look_cmdline(const struct blob *b, const struct eif *f, struct arena *a,
	     struct eif_content *out, struct notes *n, struct err *e)
{
	size_t i = eif_find(f, EIF_CMDLINE);
	/* one more, so that too long can be told */
	if (!read_section(eif_data(b, f, i), LIMIT_CMDLINE + 1, a,
			  &out->cmdline, e))
		return false;
	const char *fault = cmdline_fault(out->cmdline);
	if (fault)
		eif_warn(n, EIF_W_CMDLINE, "the command line %s", fault);
	out->cmdline = span_sub(out->cmdline, 0, LIMIT_CMDLINE);
	return true;
}

static bool
look_metadata(const struct blob *b, const struct eif *f, struct arena *a,
	      struct eif_content *out, struct notes *n, struct err *e)
{
	struct err why = { 0 };
	struct span text;
	size_t i = eif_find(f, EIF_METADATA);
	if (i == f->n)
		return true;
	out->has_metadata = true;
	if (!read_section(eif_data(b, f, i), LIMIT_EIF_METADATA, a, &text, e))
		return false;
	if (!json_parse_max(text, LIMIT_EIF_METADATA, &out->doc, &why) ||
	    !eif_meta_read(out->doc, &out->meta, &why))
		eif_warn(n, EIF_W_METADATA,
			 "AWS's tools cannot read the "
			 "metadata: %s",
			 why.msg);
	else
		out->meta_ok = true;
	return true;
}

bool
eif_content_read(const struct blob *b, const struct eif *f, struct arena *a,
		 struct eif_content *out, struct notes *n, struct err *e)
{
	*out = (struct eif_content){ 0 };
	struct blob kernel = eif_data(b, f, eif_find(f, EIF_KERNEL));
	if (!kimage_look(&kernel, a, &out->kernel, e))
		return false;
	const char *misfit = kimage_misfit(&out->kernel, f->flags);
	if (misfit)
		eif_warn(n, EIF_W_KERNEL, "the kernel %s", misfit);
	size_t s = eif_find(f, EIF_SIGNATURE);
	out->is_signed = s < f->n;
	if (out->is_signed &&
	    !read_section(eif_data(b, f, s), LIMIT_EIF_SIGNATURE, a,
			  &out->signature, e))
		return false;
	return look_cmdline(b, f, a, out, n, e) &&
	       look_metadata(b, f, a, out, n, e);
}

void
eif_content_finish(struct eif_content *c)
{
	json_release(&c->doc);
	c->meta_ok = false;
}
