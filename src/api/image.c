/*
 * The part of the public API that reads enclave images. The caller's function
 * gives each byte once, in order, after the headers: what is looked at
 * afterwards are copies of the bytes that were measured, so that an image that
 * changes in between has no two faces.
 */
#include "api/image.h"

#include <string.h>

#include "base/fmt.h"
#include "pcrs/pcr.h"

enum { WORK_BYTES = 32 << 20 };

veraclave_eif *
veraclave_eif_new(void)
{
	struct arena a = { 0 };
	veraclave_eif *f = NEW(&a, veraclave_eif, 1);
	if (!f) {
		arena_finish(&a);
		return NULL;
	}
	f->arena = a;
	f->code = "";
	arena_init(&f->work, WORK_BYTES);
	return f;
}

void
veraclave_eif_free(veraclave_eif *f)
{
	if (!f)
		return;
	eif_content_finish(&f->content);
	arena_finish(&f->work);
	struct arena a = f->arena;
	arena_finish(&a);
}

void
veraclave_eif_set_progress(veraclave_eif *f, veraclave_progress_fn *progress,
			   void *self)
{
	f->progress = progress;
	f->progress_self = self;
}

void
veraclave_eif_set_threads(veraclave_eif *f, unsigned threads)
{
	f->threads = threads > 1;
}

const char *
veraclave_eif_error(const veraclave_eif *f)
{
	return f->told.text;
}

const char *
veraclave_eif_error_code(const veraclave_eif *f)
{
	return f->code;
}

/* Ends a call. Of an image that was refused, or not read to the end, nothing
 * is told. */
static enum veraclave_status
end(veraclave_eif *f, bool ok, const struct err *e)
{
	f->code = "";
	f->told.text[0] = 0;
	if (ok)
		return VERACLAVE_OK;
	f->opened = f->measured = false;
	f->code = e->id ? e->id : "";
	return outcome(e, &f->work, &f->told);
}

/* All n bytes, from the caller. */
static bool
read_caller(veraclave_eif *f, uint8_t *p, size_t n, uint64_t at, struct err *e)
{
	for (size_t got = 0; got < n;) {
		int64_t k = f->read(f->read_self, p + got, n - got, at + got);
		if (k <= 0 || (uint64_t)k > n - got)
			return err_set(e, ERR_SYS,
				       "the image cannot be read: of %zu bytes"
				       " at offset %llu the caller's function"
				       " gave %lld",
				       n - got, (unsigned long long)(at + got),
				       (long long)k);
		got += (size_t)k;
	}
	return true;
}

/* Copies what of these bytes, at `at` in the image, is to be kept. */
static void
keep(struct kept *k, const uint8_t *p, size_t n, uint64_t at)
{
	uint64_t from = at > k->at ? at : k->at;
	uint64_t to = at + n < k->at + k->n ? at + n : k->at + k->n;
	if (from < to)
		memcpy(k->p + (from - k->at), p + (from - at),
		       (size_t)(to - from));
}

/* Gives n bytes of what was kept; false when they are not there. */
static bool
look_up(const struct kept *k, uint8_t *p, size_t n, uint64_t at)
{
	if (at < k->at || at - k->at > k->n || n > k->n - (at - k->at))
		return false;
	if (n)
		memcpy(p, k->p + (at - k->at), n);
	return true;
}

static bool
read_image(void *self, void *p, size_t n, uint64_t at, size_t *got,
	   struct err *e)
{
	veraclave_eif *f = self;
	*got = n;
	for (size_t i = 0; f->whole && i < EIF_TYPES; i++)
		if (f->kept[i].p && look_up(&f->kept[i], p, n, at))
			return true;
	ASSERT(!f->whole); /* make_room knows all that is looked at */
	if (!read_caller(f, p, n, at, e))
		return false;
	for (size_t i = 0; i < EIF_TYPES; i++)
		if (f->kept[i].p)
			keep(&f->kept[i], p, n, at);
	return true;
}

/* Forgets the image before. */
static void
forget(veraclave_eif *f)
{
	eif_content_finish(&f->content);
	arena_reset(&f->work);
	memset(f->kept, 0, sizeof(f->kept));
	f->content = (struct eif_content){ 0 };
	f->sig = (struct eifsig){ 0 };
	f->notes = (struct notes){ .arena = &f->work };
	f->opened = f->measured = f->whole = false;
	f->pcr8 = (struct hash){ 0 };
	f->subject = NULL;
}

enum veraclave_status
veraclave_eif_open(veraclave_eif *f, veraclave_read_fn *read, void *self,
		   uint64_t size)
{
	struct err e = { 0 };
	forget(f);
	f->read = read;
	f->read_self = self;
	f->blob = (struct blob){ read_image, f, size, 0 };
	f->opened = eif_open(&f->blob, &f->eif, &f->notes, &e);
	return end(f, f->opened, &e);
}

/* Room for the bytes of each section that eif_content_read looks at. */
static bool
make_room(veraclave_eif *f, struct err *e)
{
	static const size_t looked_at[EIF_TYPES] = {
		[EIF_KERNEL] = KIMAGE_LOOKS,
		[EIF_CMDLINE] = LIMIT_CMDLINE + 1,
		[EIF_SIGNATURE] = LIMIT_EIF_SIGNATURE,
		[EIF_METADATA] = LIMIT_EIF_METADATA,
	};
	for (size_t t = 0; t < EIF_TYPES; t++) {
		size_t i = eif_find(&f->eif, (enum eif_type)t);
		if (!looked_at[t] || i == f->eif.n)
			continue;
		struct blob data = eif_data(&f->blob, &f->eif, i);
		struct kept k = { .at = data.base, .n = looked_at[t] };
		if (data.size < k.n)
			k.n = (size_t)data.size;
		k.p = NEW(&f->work, uint8_t, k.n + 1);
		if (!k.p)
			return err_full(e, "a section");
		f->kept[t] = k;
	}
	return true;
}

static void
step(void *self, const char *what, uint64_t done, uint64_t total)
{
	const veraclave_eif *f = self;
	(void)what;
	if (f->progress)
		f->progress(f->progress_self, done, total);
}

static bool
measure(veraclave_eif *f, struct err *e)
{
	struct progress progress = { step, f };
	struct eif_measure_plan plan = { .single = !f->threads,
					 .progress = &progress };
	if (!eif_measure(&f->blob, &f->eif, &plan, &f->work, &f->m, e))
		return false;
	f->whole = true;
	return eif_digest(&f->eif, &f->m, &f->digest, e);
}

/* "countryName=US, commonName=signer" */
static bool
name_subject(veraclave_eif *f, struct err *e)
{
	const struct x509_name *name = &f->sig.cert.subject;
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	for (size_t i = 0; i < name->n; i++) {
		buf_fmt(&b, "%s%s=", i ? ", " : "", name->v[i].name);
		buf_show(&b, name->v[i].value);
	}
	if (!buf_ok(&b, "a certificate's subject", e))
		return false;
	f->subject = arena_cstr(&f->work, buf_view(&b));
	return f->subject || err_full(e, "a certificate's subject");
}

static bool
look_at_signature(veraclave_eif *f, struct err *e)
{
	if (!f->content.is_signed)
		return true;
	if (!eifsig_parse(f->content.signature, &f->work, &f->sig, &f->notes,
			  e)) {
		if (e->code != ERR_SYS && !f->work.failed)
			err_id(e, "eif-signature");
		return false;
	}
	if (!pcr_of_data(f->sig.cert.der, &f->pcr8, e) ||
	    !eifsig_check(&f->sig, hash_span(&f->m.pcr0), &f->verdict, e))
		return false;
	if (f->verdict != EIFSIG_GOOD)
		note_warn(&f->notes, "eif-signature-check", "%s",
			  eifsig_verdict_text(f->verdict));
	return name_subject(f, e);
}

static bool
may_measure(const veraclave_eif *f, struct err *e)
{
	return (f->opened && !f->measured) ||
	       err_set(e, ERR_USAGE, "%s",
		       f->opened ? "the image is measured already"
				 : "no image was opened");
}

enum veraclave_status
veraclave_eif_measure(veraclave_eif *f)
{
	struct err e = { 0 };
	f->measured = may_measure(f, &e) && make_room(f, &e) &&
		      measure(f, &e) &&
		      eif_content_read(&f->blob, &f->eif, &f->work, &f->content,
				       &f->notes, &e) &&
		      look_at_signature(f, &e) &&
		      (!f->notes.failed || err_full(&e, "the warnings"));
	return end(f, f->measured, &e);
}
