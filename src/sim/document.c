#include "sim/document.h"

#include "codec/cbor.h"
#include "crypto/cose.h"

static void
put_optional(struct buf *b, const char *key, const struct maybe *f)
{
	cbor_put_str(b, key);
	if (f->there)
		cbor_put_bytes(b, f->v);
	else
		cbor_put_null(b);
}

static void
put_registers(struct buf *b, const struct nsm_document *d)
{
	cbor_put_str(b, "pcrs");
	cbor_put_map(b, pcr_count(d->pcrs.mask));
	for (unsigned i = 0; i < PCR_COUNT; i++)
		if (pcr_has(&d->pcrs, i)) {
			cbor_put_uint(b, i);
			cbor_put_bytes(b, d->pcrs.v[i]);
		}
}

void
nsm_put_payload(struct buf *b, const struct nsm_document *d)
{
	if (d->definite)
		cbor_put_map(b, 9);
	else
		cbor_put_map_open(b);
	cbor_put_str(b, "module_id");
	cbor_put_text(b, d->module_id);
	cbor_put_str(b, "digest");
	cbor_put_str(b, d->digest);
	cbor_put_str(b, "timestamp");
	cbor_put_uint(b, d->timestamp_ms);
	put_registers(b, d);
	cbor_put_str(b, "certificate");
	cbor_put_bytes(b, d->chain->leaf);
	cbor_put_str(b, "cabundle");
	cbor_put_array(b, SIM_BUNDLE);
	for (size_t i = 0; i < SIM_BUNDLE; i++)
		cbor_put_bytes(b, d->chain->bundle[i]);
	put_optional(b, "public_key", &d->public_key);
	put_optional(b, "user_data", &d->user_data);
	put_optional(b, "nonce", &d->nonce);
	if (!d->definite)
		cbor_put_break(b);
}

bool
nsm_sign_payload(const struct sim_chain *c, struct span payload,
		 struct ec_sig *out, struct err *e)
{
	DEFER(buf_free) struct buf header = buf_max(16);
	DEFER(buf_free) struct buf tbs = buf_max(NSM_DOCUMENT_MAX);
	cose_put_header(&header, EC_P384);
	cose_put_tbs(&tbs, buf_view(&header), payload);
	return buf_ok(&tbs, "a document", e) &&
	       sign_message(&c->key.priv, &c->key.pub, buf_view(&tbs), out, e);
}

void
nsm_put_signed(struct buf *b, struct span payload, const struct ec_sig *sig)
{
	DEFER(buf_free) struct buf header = buf_max(16);
	cose_put_header(&header, EC_P384);
	cose_put_sign1(b, buf_view(&header), payload, ec_sig_span(sig));
}
