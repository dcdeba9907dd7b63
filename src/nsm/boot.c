#include "nsm/boot.h"

#include <string.h>

#include "base/fmt.h"
#include "codec/hex.h"
#include "codec/json.h"
#include "image/eif_content.h"
#include "image/eifsig.h"
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
	struct measured m;
	struct eif eif;
	struct blob b;
	if (!fs_blob(fd, &b, e) || !eif_open(&b, &eif, n, e) ||
	    !eif_measure(&b, &eif, &plan, a, &m, e) ||
	    !eif_content_read(&b, &eif, a, &c, n, e) ||
	    !read_signer(&c, &m, a, n, &out->pcr8, e))
		return false;
	out->pcr0 = m.pcr0;
	out->pcr1 = m.pcr1;
	out->pcr2 = m.pcr2;
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

static bool
take_register(const struct json *all, const char *key, struct arena *a,
	      struct hash *out, struct err *e)
{
	const struct json *v = json_get(all, key);
	struct span hex = json_text(v), bytes;
	if (!v || json_kind(v) == JSON_KIND_NULL)
		return true;
	if (hex.n == 2 * PCR_SIZE && hex_parse(hex, a, &bytes, e)) {
		memcpy(out->v, bytes.p, PCR_SIZE);
		out->n = PCR_SIZE;
		return true;
	}
	err_set(e, ERR_INPUT, "register \"%s\" is not 96 hexadecimal digits",
		key);
	return err_hint(e, "a register of an enclave is a SHA-384 value,"
			   " without 0x in front");
}

bool
boot_from_pcrs_text(struct span text, struct arena *a, struct bank_boot *out,
		    struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	static const char *const ours[] = { "0", "1", "2", "8" };
	static const char *const aws[] = { "PCR0", "PCR1", "PCR2", "PCR8" };
	struct hash *const to[] = { &out->pcr0, &out->pcr1, &out->pcr2,
				    &out->pcr8 };
	if (!json_parse(text, &j, e))
		return false;
	const struct json *all = json_get(j, "Measurements");
	const char *const *key = all ? aws : ours;
	if (!all && span_is(json_text(json_get(j, "schema")), "nitro-pcrs/1"))
		all = json_get(j, "pcrs");
	if (!all) {
		err_set(e, ERR_INPUT, "no measurements of an enclave image");
		return err_hint(e, "give the pcrs.json that `veraclave build`"
				   " writes, or the output of `nitro-cli"
				   " describe-eif`");
	}
	for (size_t i = 0; i < COUNT(to); i++)
		if (!take_register(all, key[i], a, to[i], e))
			return false;
	for (size_t i = 0; i < 3; i++)
		if (!to[i]->n)
			return err_set(e, ERR_INPUT,
				       "register \"%s\" is missing", key[i]);
	return true;
}

bool
boot_from_pcrs(const char *path, struct arena *a, struct bank_boot *out,
	       struct err *e)
{
	struct span text;
	if (!fs_read(path, LIMIT_JSON, a, &text, e))
		return false;
	return boot_from_pcrs_text(text, a, out, e) ||
	       err_ctx(e, "%s", show_str(path).s);
}
