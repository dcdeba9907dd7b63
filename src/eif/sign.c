#include "eif/sign.h"

#include "base/fmt.h"
#include "codec/pem.h"
#include "eif/content.h"
#include "eif/write.h"
#include "sys/fs.h"

/* Signature sections came with this version of the format. */
enum { VERSION_SIGNED = 3 };

static bool
check_moment(const struct x509 *x, int64_t at, struct err *e)
{
	switch (x509_when(x, at)) {
	case X509_VALID:
		return true;
	case X509_NOT_YET:
		err_set(e, ERR_REFUSED,
			"the signing certificate is not valid before %s",
			x->not_before_text);
		err_hint(e, "an enclave does not start with it before; --at"
			    " EPOCH judges by another time than now");
		return err_id(e, "cert-not-yet-valid");
	case X509_EXPIRED:
		err_set(e, ERR_REFUSED, "the signing certificate expired on %s",
			x->not_after_text);
		err_hint(e, "an enclave does not start with an expired"
			    " certificate, and PCR8 is bound to it: make a new"
			    " one and allow its PCR8; --at EPOCH judges by"
			    " another time than now");
		return err_id(e, "cert-expired");
	}
	UNREACHABLE();
}

static bool
find_block(struct span text, struct arena *a, struct pem_block *b,
	   struct notes *n, struct err *e)
{
	bool found;
	if (!pem_next(&text, a, b, &found, e))
		return false;
	if (!found || !span_is(b->label, "CERTIFICATE")) {
		err_set(e, ERR_INPUT,
			"there is no certificate in PEM form at"
			" the beginning");
		return err_hint(e, "a certificate file has a line"
				   " -----BEGIN CERTIFICATE-----");
	}
	if (b->before.n || span_trim(text).n)
		note_info(n, "sign-preamble",
			  "only the first certificate of the file goes into"
			  " the image; the text and the blocks around it do"
			  " not");
	return true;
}

bool
eif_signer_open(struct eif_signer *s, struct span text, int64_t at,
		struct arena *a, struct notes *n, struct err *e)
{
	struct pem_block b;
	DEFER(buf_free) struct buf pem = buf_max(2 * text.n + 128);
	*s = (struct eif_signer){ 0 };
	if (!find_block(text, a, &b, n, e) ||
	    !x509_parse(b.der, a, &s->cert, e) ||
	    !check_moment(&s->cert, at, e) || !x509_pub(&s->cert, &s->pub, e))
		return false;
	pem_put(&pem, "CERTIFICATE", b.der);
	s->pem = arena_dup(a, buf_view(&pem));
	return buf_ok(&pem, "the certificate", e) &&
	       (s->pem.p || err_full(e, "the certificate"));
}

void
eif_signer_finish(struct eif_signer *s)
{
	ec_pub_finish(&s->pub);
}

/* Raw when that is its length and it verifies, else DER. */
static bool
take_signature(const struct eif_signer *s, struct span tbs, struct span sig,
	       struct ec_sig *out, struct err *e)
{
	struct ec_sig der;
	struct err why = { 0 };
	if (ec_sig_from_der(s->cert.curve, sig, &der, &why))
		sig = ec_sig_span(&der);
	else if (sig.n != 2 * ec_size(s->cert.curve))
		return err_set(e, ERR_INPUT,
			       "the signature is neither %zu raw bytes nor DER"
			       " of an ECDSA signature on %s",
			       2 * ec_size(s->cert.curve),
			       ec_curve_name(s->cert.curve));
	if (ec_verify(&s->pub, tbs, sig, e)) {
		*out = (struct ec_sig){ .n = sig.n };
		for (size_t i = 0; i < sig.n; i++)
			out->v[i] = sig.p[i];
		return true;
	}
	if (e->code != ERR_REFUSED)
		return false;
	err_set(e, ERR_REFUSED,
		"the signature is not the certificate's key's"
		" over this image");
	err_hint(e,
		 "sign exactly the bytes that --detached gives for this"
		 " image, with %s",
		 cose_alg_name(s->cert.curve));
	return err_id(e, "key-mismatch");
}

bool
eif_signer_attach(const struct eif_signer *s, struct span pcr0, struct span sig,
		  struct buf *section, struct err *e)
{
	struct ec_sig raw;
	DEFER(buf_free) struct buf tbs = buf_max(KIB);
	return eifsig_tbs(s->cert.curve, pcr0, &tbs, e) &&
	       take_signature(s, buf_view(&tbs), sig, &raw, e) &&
	       eifsig_write(s->pem, s->cert.curve, pcr0, ec_sig_span(&raw),
			    section, e);
}

static bool
copy(const struct eif_sign_plan *p, struct eif_writer *w, struct err *e)
{
	for (size_t i = 0; i < p->eif->n; i++) {
		const struct eif_section *s = &p->eif->section[i];
		struct blob data = eif_data(p->in, p->eif, i);
		if (s->type == EIF_SIGNATURE)
			continue;
		progress_step(p->progress, "copying", s->at, p->eif->size);
		if (!eif_writer_blob(w, s->type, s->flags, &data, e))
			return false;
	}
	if (p->section.n && !eif_writer_span(w, EIF_SIGNATURE, p->section, e))
		return false;
	return eif_writer_finish(w, e);
}

static bool
changed(struct err *e)
{
	err_set(e, ERR_SYS, "the image changed while it was being signed");
	return err_hint(e, "nothing was written; see who else writes to it,"
			   " and sign again");
}

/* Every section but the signature, in order, byte for byte. */
static bool
same_sections(const struct eif_sign_plan *p, const struct eif *f,
	      const struct measured *m)
{
	size_t k = 0;
	for (size_t i = 0; i < p->eif->n; i++) {
		const struct eif_section *s = &p->eif->section[i];
		if (s->type == EIF_SIGNATURE)
			continue;
		if (k == f->n || f->section[k].type != s->type ||
		    f->section[k].size != s->size ||
		    !hash_equal(hash_span(&m->section[k].digest),
				hash_span(&p->before->section[i].digest)))
			return false;
		k++;
	}
	return k + (p->section.n > 0) == f->n;
}

static bool
same_pcrs(const struct measured *a, const struct measured *b)
{
	return hash_equal(hash_span(&a->pcr0), hash_span(&b->pcr0)) &&
	       hash_equal(hash_span(&a->pcr1), hash_span(&b->pcr1)) &&
	       hash_equal(hash_span(&a->pcr2), hash_span(&b->pcr2));
}

static bool
signature_is_good(const struct blob *b, const struct eif *f,
		  const struct measured *m, struct arena *a, struct err *e)
{
	struct notes n = { .arena = a };
	struct eifsig s;
	enum eifsig_verdict v;
	struct blob data = eif_data(b, f, eif_find(f, EIF_SIGNATURE));
	uint8_t *p = NEW(a, uint8_t, (size_t)data.size);
	if (!p)
		return err_full(e, "the signature");
	if (!blob_read(&data, p, (size_t)data.size, 0, e) ||
	    !eifsig_parse(span_of(p, (size_t)data.size), a, &s, &n, e) ||
	    !eifsig_check(&s, hash_span(&m->pcr0), &v, e))
		return false;
	return v == EIFSIG_GOOD ||
	       err_set(e, ERR_BUG, "%s", eifsig_verdict_text(v));
}

bool
eif_sign_copy(const struct eif_sign_plan *p, int fd, struct arena *a,
	      struct eif_signed *out, struct err *e)
{
	struct blob b;
	struct eif_writer w;
	struct eif_measure_plan plan = { .sha256 = true,
					 .progress = p->progress };
	if (p->section.n && p->eif->version < VERSION_SIGNED) {
		err_set(e, ERR_REFUSED,
			"version %u of the image format has no signatures",
			p->eif->version);
		return err_hint(e, "build the image again; version 4 is what"
				   " all tools write now");
	}
	eif_writer_init(&w, fd, p->eif);
	if (!copy(p, &w, e) ||
	    !eif_writer_measure(&w, &plan, a, &out->measured, e))
		return false;
	if (!same_pcrs(&out->measured, p->before) ||
	    !same_sections(p, &w.eif, &out->measured))
		return changed(e);
	out->eif = w.eif;
	return eif_digest(&w.eif, &out->measured, &out->digest, e) &&
	       (!p->section.n ||
		(fs_blob(fd, &b, e) &&
		 signature_is_good(&b, &w.eif, &out->measured, a, e)));
}
