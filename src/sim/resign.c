#include "sim/resign.h"

#include "attest/reasons.h"
#include "attest/text.h"
#include "attest/verify.h"
#include "base/fmt.h"
#include "base/num.h"
#include "sim/document.h"
#include "sys/env.h"
#include "sys/secret.h"

bool
resign_root(const char *dir, struct arena *a, struct sim_root *out,
	    struct err *e)
{
	if (!sim_root_load(dir, a, out, e))
		return false;
	if (out->class == SIM_CLASS_QEMU)
		return true;
	err_set(e, ERR_USAGE, "the root in %s is of class %s", show_str(dir).s,
		sim_class_names[out->class]);
	sim_root_finish(out);
	err_hint(e, "make one for this: veraclave simulate init --class qemu"
		    " DIR");
	return err_id(e, "root-class");
}

/* The second in which it was made, if certificates can name it. */
static bool
made_at(const struct doc *d, int64_t *out, struct err *e)
{
	const int64_t month = INT64_C(31) * 24 * 3600;
	*out = (int64_t)(d->timestamp_ms / 1000);
	if (*out > 0 && *out <= EXPECT_AT_MAX - month)
		return true;
	return reason_err(e, "doc-timestamp",
			  "no certificate can be made for %lld s since 1970",
			  (long long)*out);
}

/* All that QEMU said, below another chain. */
static void
take_over(const struct doc *d, const struct sim_chain *c,
	  struct nsm_document *out)
{
	*out = (struct nsm_document){
		.definite = !d->indefinite,
		.digest = "SHA384",
		.module_id = d->module_id,
		.timestamp_ms = d->timestamp_ms,
		.pcrs = d->pcrs,
		.chain = c,
		.public_key = d->public_key,
		.user_data = d->user_data,
		.nonce = d->nonce,
	};
}

static bool
put(const struct nsm_document *n, struct buf *out, struct err *e)
{
	DEFER(buf_free) struct buf payload = buf_max(NSM_DOCUMENT_MAX);
	DEFER(buf_free) struct buf all = buf_max(NSM_DOCUMENT_MAX);
	struct ec_sig sig;
	struct doc d;
	nsm_put_payload(&payload, n);
	if (!buf_ok(&payload, "a document", e) ||
	    !nsm_sign_payload(n->chain, buf_view(&payload), &sig, e))
		return false;
	nsm_put_signed(&all, buf_view(&payload), &sig);
	/* Longer than before: no longer one, perhaps. */
	if (!buf_ok(&all, "a document", e) || !doc_parse(buf_view(&all), &d, e))
		return err_ctx(e, "signed");
	buf_span(out, buf_view(&all));
	return buf_ok(out, "a document", e);
}

bool
resign_document(const struct sim_root *root, const uint8_t seed[SIM_SEED],
		struct span in, struct arena *a, struct buf *out, struct err *e)
{
	DEFER(sim_chain_finish) struct sim_chain chain = { 0 };
	struct sim_chain_plan p = { .root = root,
				    .region = SPAN("us-east-1"),
				    .seed = seed };
	struct nsm_document n;
	struct span raw, instance, enclave = { 0 };
	struct doc d;
	ASSERT(root->class == SIM_CLASS_QEMU);
	if (!doc_decode(in, a, &raw, e) || !doc_parse_qemu(raw, &d, e) ||
	    !made_at(&d, &p.issued, e))
		return false;
	if (!doc_module(&d, &instance, &enclave))
		instance = d.module_id;
	p.module_id = d.module_id;
	p.instance_id = instance;
	/* QEMU's default is i-234-enc5678: what is no number there is none. */
	IGNORE(num_parse(enclave, &p.enclave_id));
	if (!sim_chain_make(&p, a, &chain, e))
		return false;
	take_over(&d, &chain, &n);
	return put(&n, out, e);
}

bool
resign_fresh(const struct sim_root *root, struct span in, struct arena *a,
	     struct buf *out, struct err *e)
{
	DEFER(secret_free) struct secret seed = { 0 };
	return secret_alloc(&seed, SIM_SEED, e) &&
	       sys_random(seed.p, SIM_SEED, e) &&
	       resign_document(root, seed.p, in, a, out, e);
}
