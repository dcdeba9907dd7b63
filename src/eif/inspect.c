#include "eif/inspect.h"

#include "base/fmt.h"
#include "sys/fs.h"

static bool
read_signature(struct arena *a, struct eif_inspection *i, struct err *e)
{
	if (!eifsig_parse(i->content.signature, a, &i->sig, &i->notes, e))
		return err_id(e, "eif-signature");
	return pcr_of_data(i->sig.cert.der, &i->pcr8, e) &&
	       eifsig_check(&i->sig, hash_span(&i->measured.pcr0), &i->verdict,
			    e);
}

static bool
read_file(int fd, const struct eif_inspect_plan *how, struct arena *a,
	  struct eif_inspection *i, struct err *e)
{
	struct blob b;
	struct eif_measure_plan plan = { .sha256 = how->sha256,
					 .progress = how->progress };
	return fs_blob(fd, &b, e) && eif_open(&b, &i->eif, &i->notes, e) &&
	       eif_measure(&b, &i->eif, &plan, a, &i->measured, e) &&
	       eif_digest(&i->eif, &i->measured, &i->digest, e) &&
	       eif_content_read(&b, &i->eif, a, &i->content, &i->notes, e) &&
	       (!i->content.is_signed || read_signature(a, i, e));
}

bool
eif_inspect(const char *path, const struct eif_inspect_plan *plan,
	    struct arena *a, struct eif_inspection *out, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	*out = (struct eif_inspection){ .notes = { .arena = a } };
	if (!fs_open_any(path, eif_most, &fd, e))
		return false;
	return read_file(fd, plan, a, out, e) ||
	       err_ctx(e, "%s", show_str(path).s);
}

void
eif_inspection_finish(struct eif_inspection *i)
{
	eif_content_finish(&i->content);
}

struct pcr_set
eif_inspection_pcrs(const struct eif_inspection *i)
{
	const struct measured *m = &i->measured;
	return pcr_image(&m->pcr0, &m->pcr1, &m->pcr2,
			 i->content.is_signed ? &i->pcr8 : NULL);
}
