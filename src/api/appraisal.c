/* The half of the public API that judges documents. */
#include "api/handles.h"

#include <string.h>

#include "attest/reasons.h"
#include "attest/text.h"
#include "attest/verdict_json.h"

enum { DIGEST_BYTES = 32, WORK_MAX = 4 << 20, JSON_MAX = 1 << 20 };
enum { CACHE_BYTES = 8 * 1024 }; /* of one certificate, at the most */

static void
take(void *self)
{
	lock_take(self);
}

static void
give(void *self)
{
	lock_give(self);
}

/* What the first appraisal makes, under the verifier's lock. */
static bool
settle(veraclave_verifier *v)
{
	struct cert_cache_lock lock = { take, give, &v->lock };
	size_t sets = (v->cache_size + CERT_CACHE_WAYS - 1) / CERT_CACHE_WAYS;
	struct err e = { 0 };
	if (v->used)
		return true;
	arena_init(&v->cache_arena, (sets + 1) * CERT_CACHE_WAYS * CACHE_BYTES);
	if (!expect_known(&v->x, &v->arena, &e) ||
	    (sets &&
	     !cert_cache_open(&v->cache, sets, &lock, &v->cache_arena, &e))) {
		arena_finish(&v->cache_arena);
		return false;
	}
	v->x.cache = v->cache;
	v->used = true;
	return true;
}

veraclave_appraisal *
veraclave_appraisal_new(veraclave_verifier *v)
{
	struct arena own = { 0 };
	veraclave_appraisal *a = NEW(&own, veraclave_appraisal, 1);
	lock_take(&v->lock);
	bool ok = a && settle(v);
	lock_give(&v->lock);
	if (!ok) {
		arena_finish(&own);
		return NULL;
	}
	a->arena = own;
	a->of = v;
	a->x = v->x;
	a->x.empty = v->failed ? v->failed : v->x.empty;
	arena_init(&a->work, WORK_MAX);
	return a;
}

void
veraclave_appraisal_free(veraclave_appraisal *a)
{
	if (!a)
		return;
	arena_finish(&a->work);
	struct arena own = a->arena;
	arena_finish(&own);
}

/* A value of the wrong size is wanted and never there: until the caller
 * mends that, nothing passes. */
static enum veraclave_status
want(struct maybe *w, struct field *f, struct span value, size_t min,
     size_t max)
{
	static const uint8_t too_long[FIELD_MAX + 1];
	*w = (struct maybe){ true, span_of(too_long, sizeof(too_long)) };
	if (!value.p || value.n < min || value.n > max)
		return VERACLAVE_USAGE;
	memcpy(f->bytes, value.p, value.n);
	w->v = span_of(f->bytes, value.n);
	return VERACLAVE_OK;
}

/* What is expected of a field; NULL when it is none, and then nothing passes:
 * what was meant would be missed by nobody. */
static struct maybe *
wanted_of(veraclave_appraisal *a, enum veraclave_field field)
{
	struct maybe *const rows[] = {
		[VERACLAVE_NONCE] = &a->x.nonce,
		[VERACLAVE_PUBLIC_KEY] = &a->x.public_key,
		[VERACLAVE_USER_DATA] = &a->x.user_data,
	};
	struct maybe *w = field < COUNT(rows) ? rows[field] : NULL;
	if (!w)
		a->x.empty = "something was expected of a field that cannot be"
			     " expected";
	return w;
}

enum veraclave_status
veraclave_appraisal_expect(veraclave_appraisal *a, enum veraclave_field field,
			   const void *p, size_t size)
{
	struct maybe *w = wanted_of(a, field);
	return w ? want(w, &a->field[field], span_of(p, size), 1, FIELD_MAX)
		 : VERACLAVE_USAGE;
}

enum veraclave_status
veraclave_appraisal_expect_user_data_sha256(veraclave_appraisal *a,
					    const void *p, size_t size)
{
	return want(&a->x.user_data_sha256, &a->user_data_sha256,
		    span_of(p, size), DIGEST_BYTES, DIGEST_BYTES);
}

enum veraclave_status
veraclave_appraisal_expect_empty(veraclave_appraisal *a,
				 enum veraclave_field field)
{
	struct maybe *w = wanted_of(a, field);
	if (!w)
		return VERACLAVE_USAGE;
	*w = (struct maybe){ .there = true };
	return VERACLAVE_OK;
}

void
veraclave_appraisal_expect_none(veraclave_appraisal *a)
{
	a->x = a->of->x;
	a->x.empty = a->of->failed ? a->of->failed : a->of->x.empty;
}

/* The document is copied: what is proven outlives the caller's bytes. */
static bool
judge(veraclave_appraisal *a, struct span document)
{
	struct err e = { 0 };
	struct span in = span_sub(document, 0, DOC_TEXT_MAX + 1);
	struct span own = arena_dup(&a->work, in);
	if (!own.p || !verify_text(own, &a->x, &a->work, &a->verdict, &e))
		return false;
	if (a->verdict.result == RESULT_PASS) {
		a->module_id = arena_cstr(&a->work, a->verdict.doc.module_id);
		return a->module_id;
	}
	return true;
}

enum veraclave_result
veraclave_appraise(veraclave_appraisal *a, const void *document, size_t size,
		   int64_t at)
{
	arena_reset(&a->work);
	a->module_id = NULL;
	a->json = NULL;
	a->at = a->x.at = at;
	a->made = at >= 0 && at <= EXPECT_AT_MAX &&
		  judge(a, span_of(document, document ? size : 0));
	return veraclave_appraisal_result(a);
}

static enum veraclave_result
result_of(enum result r)
{
	switch (r) {
	case RESULT_PASS:
		return VERACLAVE_PASS;
	case RESULT_FAIL:
		return VERACLAVE_FAIL;
	case RESULT_UNKNOWN:
		return VERACLAVE_UNKNOWN;
	}
	UNREACHABLE();
}

enum veraclave_result
veraclave_appraisal_result(const veraclave_appraisal *a)
{
	if (!a->made)
		return VERACLAVE_UNKNOWN;
	return a->verdict.malformed ? VERACLAVE_MALFORMED
				    : result_of(a->verdict.result);
}

enum veraclave_trust
veraclave_appraisal_trust(const veraclave_appraisal *a)
{
	return trust_of(a->made ? a->verdict.trust : TRUST_NONE);
}

size_t
veraclave_appraisal_checks(const veraclave_appraisal *a)
{
	return a->made ? a->verdict.n : 0;
}

/* NULL behind the last. */
static const struct check *
check_at(const veraclave_appraisal *a, size_t i)
{
	return i < veraclave_appraisal_checks(a) ? &a->verdict.check[i] : NULL;
}

const char *
veraclave_appraisal_check_name(const veraclave_appraisal *a, size_t i)
{
	const struct check *c = check_at(a, i);
	return c ? c->name : NULL;
}

enum veraclave_result
veraclave_appraisal_check_result(const veraclave_appraisal *a, size_t i)
{
	const struct check *c = check_at(a, i);
	return c ? result_of(c->result) : VERACLAVE_UNKNOWN;
}

const char *
veraclave_appraisal_check_code(const veraclave_appraisal *a, size_t i)
{
	const struct check *c = check_at(a, i);
	return c ? c->code : NULL;
}

const char *
veraclave_appraisal_check_detail(const veraclave_appraisal *a, size_t i)
{
	const struct check *c = check_at(a, i);
	return c ? c->detail : NULL;
}

const char *
veraclave_appraisal_json(veraclave_appraisal *a)
{
	struct err e = { 0 };
	DEFER(buf_free) struct buf b = buf_max(JSON_MAX);
	if (!a->made || a->json)
		return a->json;
	if (verdict_json(&b, &a->verdict, a->at, "caller", &e) && !b.failed)
		a->json = arena_cstr(&a->work, buf_view(&b));
	return a->json;
}

/* The document, when what it says is proven. */
static const struct doc *
proven(const veraclave_appraisal *a)
{
	return veraclave_appraisal_result(a) == VERACLAVE_PASS ? &a->verdict.doc
							       : NULL;
}

const char *
veraclave_appraisal_release(const veraclave_appraisal *a)
{
	return proven(a) ? a->verdict.release : NULL;
}

const char *
veraclave_appraisal_module_id(const veraclave_appraisal *a)
{
	return proven(a) ? a->module_id : NULL;
}

uint64_t
veraclave_appraisal_timestamp_ms(const veraclave_appraisal *a)
{
	const struct doc *d = proven(a);
	return d ? d->timestamp_ms : 0;
}

/* A field that the document may have, by its number in the API. */
static struct maybe
field_of(const struct doc *d, enum veraclave_field field, unsigned index)
{
	const struct maybe *const rows[] = {
		[VERACLAVE_NONCE] = &d->nonce,
		[VERACLAVE_PUBLIC_KEY] = &d->public_key,
		[VERACLAVE_USER_DATA] = &d->user_data,
	};
	if (field == VERACLAVE_PCR && index < PCR_COUNT)
		return (struct maybe){ pcr_has(&d->pcrs, index),
				       d->pcrs.v[index] };
	if (field < COUNT(rows) && rows[field] && index == 0)
		return *rows[field];
	return (struct maybe){ 0 };
}

/* An empty field has an address, too. */
const void *
veraclave_appraisal_bytes(const veraclave_appraisal *a,
			  enum veraclave_field field, unsigned index,
			  size_t *size)
{
	const struct doc *d = proven(a);
	struct maybe f = { 0 };
	if (d)
		f = field_of(d, field, index);
	*size = f.there ? f.v.n : 0;
	if (!f.there)
		return NULL;
	return f.v.n ? (const void *)f.v.p : "";
}

const char *
veraclave_reason_title(const char *code)
{
	const struct reason *r = reason_look(code);
	return r ? r->title : NULL;
}

const char *
veraclave_reason_means(const char *code)
{
	const struct reason *r = reason_look(code);
	return r ? r->means : NULL;
}

const char *
veraclave_reason_next(const char *code)
{
	const struct reason *r = reason_look(code);
	return r ? r->next : NULL;
}
