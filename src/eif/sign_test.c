#include "base/test.h"

#include "keys/sign.h"
#include "eif/eif_kit.h"
#include "eif/sign.h"
#include "sys/fs.h"

enum { IN_TIME = 1800000000 };

/* An image in memory, opened and measured. */
struct image {
	struct span bytes;
	struct blob blob;
	struct eif eif;
	struct measured measured;
};

static void
open_image(struct test *t, struct span bytes, struct image *m)
{
	struct err e = { 0 };
	struct eif_measure_plan plan = { .single = true };
	m->bytes = bytes;
	m->blob = blob_of(&m->bytes);
	CHECK_OK(t, eif_open(&m->blob, &m->eif, NULL, &e), &e);
	CHECK_OK(t,
		 eif_measure(&m->blob, &m->eif, &plan, &t->arena, &m->measured,
			     &e),
		 &e);
}

static bool
open_signer(struct test *t, int64_t at, struct eif_signer *s, struct err *e)
{
	struct notes n = { .arena = &t->arena };
	struct span text = test_data(t, "sig-cert.pem");
	return eif_signer_open(s, text, at, &t->arena, &n, e);
}

/* The key's signature over the image, as bytes. */
static struct span
signature(struct test *t, const struct image *m, const struct eif_signer *s)
{
	struct err e = { 0 };
	struct ec_sig sig;
	DEFER(sign_key_finish) struct sign_key k = { 0 };
	DEFER(buf_free) struct buf tbs = buf_max(KIB);
	CHECK_OK(t,
		 sign_key_from_pem(&k, test_data(t, "sig-key.pem"), SPAN(""),
				   &e),
		 &e);
	CHECK_OK(t,
		 eifsig_tbs(s->cert.curve, hash_span(&m->measured.pcr0), &tbs,
			    &e),
		 &e);
	CHECK_OK(t, sign_message(&k, &s->pub, buf_view(&tbs), &sig, &e), &e);
	return arena_dup(&t->arena, ec_sig_span(&sig));
}

/* Copies with this section; the new file's bytes, or none and e. */
static struct span
copy(struct test *t, const struct image *m, const struct measured *before,
     struct span section, struct err *e)
{
	struct span out = { 0 };
	struct err late = { 0 };
	DEFER(fd_closep) int fd = -1;
	struct eif_sign_plan p = { .in = &m->blob,
				   .eif = &m->eif,
				   .before = before,
				   .section = section };
	uint64_t size;
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &late), &late);
	struct eif_signed now;
	if (!eif_sign_copy(&p, fd, &t->arena, &now, e))
		return out;
	CHECK_OK(t, fs_size(fd, &size, &late), &late);
	uint8_t *b = NEW(&t->arena, uint8_t, (size_t)size);
	CHECK_OK(t, fs_pread(fd, b, (size_t)size, 0, &late), &late);
	return span_of(b, (size_t)size);
}

static struct span
section_of(struct test *t, const struct image *m, const struct eif_signer *s)
{
	struct err e = { 0 };
	DEFER(buf_free) struct buf b = buf_max(LIMIT_EIF_SIGNATURE);
	CHECK_OK(t,
		 eif_signer_attach(s, hash_span(&m->measured.pcr0),
				   signature(t, m, s), &b, &e),
		 &e);
	return arena_dup(&t->arena, buf_view(&b));
}

TEST(a_signature_comes_and_goes)
{
	struct err e = { 0 };
	struct image plain, again;
	DEFER(eif_signer_finish) struct eif_signer s = { 0 };
	open_image(t, kit_plain(t), &plain);
	CHECK_OK(t, open_signer(t, IN_TIME, &s, &e), &e);
	struct span section = section_of(t, &plain, &s);
	struct span first = copy(t, &plain, &plain.measured, section, &e);
	CHECK_OK(t, first.n == plain.bytes.n + EIF_SECTION_HEADER + section.n,
		 &e);
	open_image(t, first, &again);
	CHECK_SPAN(t, hash_span(&again.measured.pcr0),
		   hash_span(&plain.measured.pcr0));
	CHECK_U(t, eif_find(&again.eif, EIF_SIGNATURE), again.eif.n - 1);

	/* In place of itself: the same file. Away again: the old one. */
	CHECK_SPAN(t, copy(t, &again, &again.measured, section, &e), first);
	CHECK_SPAN(t, copy(t, &again, &again.measured, SPAN(""), &e),
		   plain.bytes);
}

TEST(an_image_that_changes_meanwhile_is_not_signed)
{
	struct err e = { 0 };
	struct image plain;
	DEFER(eif_signer_finish) struct eif_signer s = { 0 };
	open_image(t, kit_plain(t), &plain);
	CHECK_OK(t, open_signer(t, IN_TIME, &s, &e), &e);
	struct span section = section_of(t, &plain, &s);
	struct measured other = plain.measured;
	other.pcr2.v[47] ^= 1;
	CHECK_U(t, copy(t, &plain, &other, section, &e).n, 0);
	CHECK(t, e.code == ERR_SYS);
	CHECK_HAS(t, e.msg, "the image changed while it was being signed");
	other = plain.measured;
	other.section[2].digest.v[0] ^= 1; /* metadata: in no register */
	CHECK_U(t, copy(t, &plain, &other, section, &e).n, 0);
	CHECK(t, e.code == ERR_SYS);
}

TEST(versions_without_signatures_are_not_signed)
{
	struct err e = { 0 };
	struct image plain;
	DEFER(eif_signer_finish) struct eif_signer s = { 0 };
	open_image(t, kit_plain(t), &plain);
	CHECK_OK(t, open_signer(t, IN_TIME, &s, &e), &e);
	plain.eif.version = 2;
	struct span section = section_of(t, &plain, &s);
	CHECK_U(t, copy(t, &plain, &plain.measured, section, &e).n, 0);
	CHECK(t, e.code == ERR_REFUSED);
	CHECK_HAS(t, e.msg, "version 2 of the image format has no signatures");
}

TEST(a_signer_must_be_valid_at_the_time)
{
	struct err e = { 0 };
	DEFER(eif_signer_finish) struct eif_signer s = { 0 };
	CHECK_OK(t, open_signer(t, IN_TIME, &s, &e), &e);
	int64_t first = s.cert.not_before, last = s.cert.not_after;
	eif_signer_finish(&s);
	CHECK(t, !open_signer(t, first - 1, &s, &e) && e.code == ERR_REFUSED);
	CHECK_STR(t, e.id, "cert-not-yet-valid");
	CHECK(t, !open_signer(t, last + 1, &s, &e) && e.code == ERR_REFUSED);
	CHECK_STR(t, e.id, "cert-expired");
	CHECK_OK(t, open_signer(t, first, &s, &e), &e);
	eif_signer_finish(&s);
	CHECK_OK(t, open_signer(t, last, &s, &e), &e);
}

TEST(a_signature_over_something_else_is_not_attached)
{
	struct err e = { 0 };
	struct image plain;
	DEFER(eif_signer_finish) struct eif_signer s = { 0 };
	DEFER(buf_free) struct buf b = buf_max(LIMIT_EIF_SIGNATURE);
	open_image(t, kit_plain(t), &plain);
	CHECK_OK(t, open_signer(t, IN_TIME, &s, &e), &e);
	struct span sig = signature(t, &plain, &s);
	struct span pcr0 = hash_span(&plain.measured.pcr0);
	struct span pcr1 = hash_span(&plain.measured.pcr1);
	struct span der;
	CHECK(t, !eif_signer_attach(&s, pcr1, sig, &b, &e));
	CHECK(t, e.code == ERR_REFUSED);
	CHECK_STR(t, e.id, "key-mismatch");
	e = (struct err){ 0 };
	CHECK(t, !eif_signer_attach(&s, pcr0, span_sub(sig, 0, 95), &b, &e));
	CHECK(t, e.code == ERR_INPUT && b.n == 0);
	CHECK_OK(t, ec_sig_to_der(EC_P384, sig, &t->arena, &der, &e), &e);
	CHECK_OK(t, eif_signer_attach(&s, pcr0, der, &b, &e), &e);
	CHECK_SPAN(t, buf_view(&b), section_of(t, &plain, &s));
}
