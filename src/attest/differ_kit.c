#include "attest/differ_kit.h"

#include "crypto/path_kit.h"

static const struct {
	const char *name, *reason;
} rows[DIFFER_ROWS] = {
	[DIFFER_NO_AUTHORITY_ID] = {
		"no authority key identifier",
		"no leaf of the hardware has one, and instances' certificates"
		" of before summer 2024 neither; the order of the bundle says"
		" who issued what, and the signature whether it is true",
	},
	[DIFFER_NO_SUBJECT_ID] = {
		"no subject key identifier",
		"instances' certificates of before summer 2024 have none",
	},
	[DIFFER_LAST_SECOND] = {
		"the last second",
		"a certificate is valid through notAfter, that second included"
		" (RFC 5280, 4.1.2.5); OpenSSL ends one second earlier",
	},
	[DIFFER_KEY_ID] = {
		"an authority key identifier of another key",
		"identifiers help to find an issuer and are no part of path"
		" validation (RFC 5280, 4.2.1.1 and 6.1); here the issuer is"
		" the certificate before, and its signature decides",
	},
	[DIFFER_BUILDER] = {
		"two certificates with one subject",
		"OpenSSL builds a path by names, case and spaces aside, and"
		" keeps to the first that fits; ours is the one of the"
		" document, in its order, and names are compared as bytes",
	},
};

const char *
differ_name(enum differ_row r)
{
	return rows[r].name;
}

const char *
differ_reason(enum differ_row r)
{
	return rows[r].reason;
}

static bool
has_kind(const struct peer_verdict *v, enum peer_kind kind)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].kind == kind)
			return true;
	return false;
}

/* The row that excuses a finding; DIFFER_ROWS: none does. */
static enum differ_row
excuse(const struct path *p, int64_t at, const struct peer_verdict *v,
       const struct peer_finding *f)
{
	if (f->kind == PEER_NO_AUTHORITY_ID)
		return DIFFER_NO_AUTHORITY_ID;
	if (f->kind == PEER_NO_SUBJECT_ID)
		return DIFFER_NO_SUBJECT_ID;
	if (f->kind == PEER_EXPIRED && f->cert < p->chain.n &&
	    p->chain.cert[f->cert]->not_after == at)
		return DIFFER_LAST_SECOND;
	if (f->kind == PEER_KEY_ID)
		return DIFFER_KEY_ID;
	if (f->kind == PEER_NO_ISSUER && has_kind(v, PEER_KEY_ID))
		return DIFFER_KEY_ID;
	if (!v->same_path && v->same_subjects)
		return DIFFER_BUILDER;
	return DIFFER_ROWS;
}

static void
weigh(const struct path *p, int64_t at, const struct peer_verdict *v,
      struct differ *out)
{
	out->theirs = v->n == 0;
	for (size_t i = 0; i < v->n; i++) {
		enum differ_row r = excuse(p, at, v, &v->v[i]);
		if (r < DIFFER_ROWS) {
			out->rows |= 1U << r;
		} else if (!out->unexcused) {
			out->unexcused = v->v[i].name;
			out->code = v->v[i].code;
		}
	}
	if (v->same_path || out->rows & 1U << DIFFER_KEY_ID)
		return;
	if (v->same_subjects) {
		out->rows |= 1U << DIFFER_BUILDER;
		return;
	}
	if (!out->unexcused)
		out->unexcused = "another path";
}

bool
differ_path(const struct doc *d, const struct anchor *root, int64_t at,
	    struct arena *a, struct differ *out, struct err *e)
{
	struct peer_verdict v;
	DEFER(path_finish) struct path p = { 0 };
	struct err why = { 0 };
	struct span der[DOC_BUNDLE_MAX + 1];
	*out = (struct differ){ 0 };
	out->ours = path_read(d, NULL, a, &p, &why) &&
		    path_anchor(&p, root, 1, &why) && path_links(&p, &why) &&
		    path_time(&p, at, &why);
	if (!out->ours) {
		*e = why;
		out->our_reason = why.id;
		return why.code == ERR_REFUSED;
	}
	for (size_t i = 0; i < p.chain.n; i++)
		der[i] = p.chain.cert[i]->der;
	if (!path_peer(der, p.chain.n, at, &v, e))
		return false;
	weigh(&p, at, &v, out);
	return true;
}
