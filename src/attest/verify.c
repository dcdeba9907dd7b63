#include "attest/verify.h"

#include <stdarg.h>
#include <string.h>

#include "attest/judge.h"
#include "attest/reasons.h"
#include "attest/text.h"
#include "base/fmt.h"

const char *
result_name(enum result r)
{
	static const char *const names[] = {
		[RESULT_UNKNOWN] = "unknown",
		[RESULT_PASS] = "pass",
		[RESULT_FAIL] = "fail",
	};
	return names[r];
}

struct maybe *
expect_field(struct expect *x, const char *name)
{
	if (strcmp(name, "nonce") == 0)
		return &x->nonce;
	if (strcmp(name, "public-key") == 0)
		return &x->public_key;
	return strcmp(name, "user-data") == 0 ? &x->user_data : NULL;
}

bool
expect_environment(struct expect *x, const struct environment *v,
		   const char *name, struct arena *a, struct err *e)
{
	struct release *good = NEW(a, struct release, v->n + 1);
	struct revocation *bad = NEW(a, struct revocation, v->n + 1);
	if (!good || !bad)
		return err_full(e, "an environment");
	for (size_t i = 0; i < v->n; i++) {
		if (v->revoked[i])
			bad[x->nrevoked++] =
				(struct revocation){ v->v[i].pcrs,
						     v->revoked[i] };
		else
			good[x->nreleases++] = v->v[i];
	}
	x->releases = good;
	x->revoked = bad;
	if (x->nreleases)
		return true;
	x->empty = arena_fmt(a, "%s holds no release that may run", name);
	return x->empty || err_full(e, "an environment");
}

bool
expect_known(struct expect *x, struct arena *a, struct err *e)
{
	size_t n = 0;
	struct known_value *v =
		NEW(a, struct known_value, x->nreleases * PCR_COUNT + 1);
	if (!v)
		return err_full(e, "known values");
	for (size_t i = 0; i < x->nreleases; i++) {
		const struct release *r = &x->releases[i];
		for (unsigned k = 0; k < PCR_COUNT; k++)
			if (r->pcrs.mask >> k & 1)
				v[n++] = (struct known_value){ r->name, k,
							       r->pcrs.v[k] };
	}
	x->known = v;
	x->nknown = n;
	return true;
}

static void add_check(struct judge *j, struct check c, const char *fmt,
		      va_list ap) PRINTF(3, 0);

static void
add_check(struct judge *j, struct check c, const char *fmt, va_list ap)
{
	struct verdict *v = j->v;
	struct err text = { 0 };
	ASSERT(v->n < CHECKS_MAX);
	ASSERT(c.result == RESULT_PASS || reason_look(c.code));
	/* An error's sentence has room for what a check has to say. */
	err_setv(&text, ERR_REFUSED, fmt, ap);
	c.detail = arena_cstr(j->a, span_str(text.msg));
	v->check[v->n++] = c;
}

void
judge_pass(struct judge *j, const char *name, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	add_check(j, (struct check){ name, RESULT_PASS, "ok", NULL }, fmt, ap);
	va_end(ap);
}

void
judge_fail(struct judge *j, const char *name, const char *code, const char *fmt,
	   ...)
{
	va_list ap;
	va_start(ap, fmt);
	add_check(j, (struct check){ name, RESULT_FAIL, code, NULL }, fmt, ap);
	va_end(ap);
}

void
judge_unknown(struct judge *j, const char *name, const char *code,
	      const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	add_check(j, (struct check){ name, RESULT_UNKNOWN, code, NULL }, fmt,
		  ap);
	va_end(ap);
}

void
judge_err(struct judge *j, const char *name, const struct err *e)
{
	if (e->id && reason_look(e->id))
		judge_fail(j, name, e->id, "%s", e->msg);
	else
		judge_unknown(j, name, "machine", "%s", e->msg);
}

static bool
judge_root(struct judge *j)
{
	struct err e = { 0 };
	struct path *p = &j->path;
	if (!path_anchor(p, j->x->anchors, j->x->nanchors, &e)) {
		judge_err(j, "root", &e);
		return false;
	}
	judge_pass(j, "root", "a root of class %s that was named",
		   trust_name(p->trust));
	return true;
}

static bool
judge_links(struct judge *j)
{
	struct err e = { 0 };
	if (!path_links(&j->path, &e)) {
		judge_err(j, "chain", &e);
		return false;
	}
	j->v->trust = j->path.trust;
	judge_pass(j, "chain",
		   "each certificate was issued by the one before it");
	return true;
}

static bool
judge_time(struct judge *j)
{
	struct err e = { 0 };
	const struct path *p = &j->path;
	const struct x509 *leaf = p->chain.cert[p->chain.n - 1];
	if (!path_time(p, j->x->at, &e)) {
		judge_err(j, "time", &e);
		return false;
	}
	judge_pass(j, "time",
		   "valid at %s; the signing certificate is from %s to %s",
		   show_time(j->x->at).s, show_time(leaf->not_before).s,
		   show_time(leaf->not_after).s);
	return true;
}

static void
judge_chain(struct judge *j)
{
	static const char unread[] = "the certificates cannot be read";
	struct err e = { 0 };
	struct path *p = &j->path;
	j->has_path = path_read(&j->v->doc, j->x->cache, j->a, p, &e);
	if (!j->has_path) {
		judge_err(j, "certificates", &e);
		judge_unknown(j, "root", "chain-unread", unread);
		judge_unknown(j, "chain", "chain-unread", unread);
		judge_unknown(j, "time", "chain-unread", unread);
		return;
	}
	judge_pass(j, "certificates", "%zu certificates in form", p->chain.n);
	bool root = judge_root(j), links = judge_links(j), time = judge_time(j);
	j->chain_stands = root && links && time;
}

static void
judge_signature(struct judge *j)
{
	struct err e = { 0 };
	const struct ec_pub *pub;
	if (!j->has_path) {
		judge_unknown(j, "signature", "chain-unread",
			      "there is no key to check it");
		return;
	}
	if (!path_leaf_key(&j->path, &pub, &e)) {
		judge_err(j, "signature", &e);
		return;
	}
	if (cose_verify(&j->v->doc.cose, pub, &e)) {
		judge_pass(j, "signature",
			   "ES384, by the key of the signing certificate");
		if (j->chain_stands)
			path_remember(&j->path);
	} else if (e.code == ERR_REFUSED) {
		judge_fail(j, "signature", "signature-wrong", "%s", e.msg);
	} else {
		judge_err(j, "signature", &e);
	}
}

static void
judge_all(struct judge *j, struct span in, bool text)
{
	struct err e = { 0 };
	struct verdict *v = j->v;
	v->has_doc = (!text || doc_decode(in, j->a, &in, &e)) &&
		     doc_parse(in, &v->doc, &e);
	if (!v->has_doc) {
		v->malformed = e.code == ERR_INPUT;
		judge_err(j, "document", &e);
		return;
	}
	judge_pass(j, "document", "an attestation document of %s",
		   show(v->doc.module_id).s);
	judge_chain(j);
	judge_signature(j);
	judge_binding(j);
	judge_registers(j, &v->doc.pcrs);
	judge_fields(j);
}

/* One no is a no, and a pass is made of passes alone: no check is none. */
static enum result
together(const struct verdict *v)
{
	enum result all = v->n ? RESULT_PASS : RESULT_UNKNOWN;
	for (size_t i = 0; i < v->n; i++) {
		if (v->check[i].result == RESULT_FAIL)
			return RESULT_FAIL;
		if (v->check[i].result != RESULT_PASS)
			all = RESULT_UNKNOWN;
	}
	return all;
}

/* Ends an appraisal: all checks are in the verdict. */
static bool
conclude(struct judge *j, struct err *e)
{
	struct verdict *v = j->v;
	v->result = together(v);
	if (v->result != RESULT_PASS)
		v->release = NULL;
	if (!j->a->failed)
		return true;
	*v = (struct verdict){ 0 };
	return err_full(e, "a verdict");
}

static bool
names_development(const struct expect *x)
{
	for (size_t i = 0; i < x->nanchors; i++)
		if (x->anchors[i].trust == TRUST_DEVELOPMENT)
			return true;
	return false;
}

static bool
judge(struct span in, const struct expect *x, bool text, struct arena *a,
      struct verdict *out, struct err *e)
{
	struct judge j = { .x = x, .a = a, .v = out };
	ASSERT(x->at >= 0 && x->at <= EXPECT_AT_MAX);
	*out = (struct verdict){ .development = names_development(x) };
	judge_all(&j, in, text);
	path_finish(&j.path);
	return conclude(&j, e);
}

bool
verify_document(struct span in, const struct expect *x, struct arena *a,
		struct verdict *out, struct err *e)
{
	return judge(in, x, false, a, out, e);
}

bool
verify_text(struct span in, const struct expect *x, struct arena *a,
	    struct verdict *out, struct err *e)
{
	return judge(in, x, true, a, out, e);
}

bool
verify_registers(const struct pcr_set *got, const struct expect *x,
		 struct arena *a, struct verdict *out, struct err *e)
{
	struct judge j = { .x = x, .a = a, .v = out };
	*out = (struct verdict){ 0 };
	judge_registers(&j, got);
	return conclude(&j, e);
}

const struct check *
verdict_check(const struct verdict *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->check[i].name, name) == 0)
			return &v->check[i];
	return NULL;
}
