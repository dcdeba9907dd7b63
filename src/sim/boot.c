#include "sim/boot.h"

#include "base/fmt.h"
#include "eif/content.h"
#include "eif/sig.h"
#include "sys/fs.h"

static bool
read_signer(const struct eif_content *c, const struct measured *m,
	    struct arena *a, struct notes *n, struct hash *pcr8, struct err *e)
{
	struct eifsig sig;
	enum eifsig_verdict verdict;
	if (!c->is_signed)
		return true;
	if (!eifsig_parse(c->signature, a, &sig, n, e) ||
	    !eifsig_check(&sig, hash_span(&m->pcr0), &verdict, e) ||
	    !pcr_of_data(sig.cert.der, pcr8, e))
		return err_ctx(e, "signature section");
	if (verdict != EIFSIG_GOOD)
		note_warn(n, "eif-signature-check",
			  "%s; hardware would not start this image",
			  eifsig_verdict_text(verdict));
	return true;
}

static bool
measure(int fd, struct arena *a, struct notes *n, struct bank_boot *out,
	struct err *e)
{
	DEFER(eif_content_finish) struct eif_content c = { 0 };
	struct eif_measure_plan plan = { 0 };
	struct measured *m = NEW(a, struct measured, 1);
	struct hash *pcr8 = NEW(a, struct hash, 1);
	struct eif eif;
	struct blob b;
	if (!m || !pcr8)
		return err_full(e, "an image's registers");
	if (!fs_blob(fd, &b, e) || !eif_open(&b, &eif, n, e) ||
	    !eif_measure(&b, &eif, &plan, a, m, e) ||
	    !eif_content_read(&b, &eif, a, &c, n, e) ||
	    !read_signer(&c, m, a, n, pcr8, e))
		return false;
	out->pcrs = pcr_image(&m->pcr0, &m->pcr1, &m->pcr2, pcr8);
	return true;
}

bool
boot_from_eif(const char *path, struct arena *a, struct notes *n,
	      struct bank_boot *out, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	if (!fs_open(path, &fd, e))
		return false;
	return measure(fd, a, n, out, e) || err_ctx(e, "%s", show_str(path).s);
}
