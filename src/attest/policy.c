#include "attest/policy.h"

#include <string.h>

#include "attest/policy_keys.h"
#include "attest/text.h"
#include "base/fmt.h"
#include "base/near.h"
#include "codec/toml.h"

/* What parsing works on. `t` is the row's value. */
struct policy_work {
	struct span text;
	struct arena *a;
	struct policy *p;
	struct err *e;
	struct release *release;       /* the one being read */
	struct revocation *revocation; /* likewise */
};

static bool
refuse(struct policy_work *w, const struct toml *t, const char *why)
{
	struct toml_place p = toml_place(w->text, t->at);
	err_set(w->e, ERR_INPUT, "line %u, column %u: %s", p.line, p.column,
		why);
	return err_id(w->e, "policy");
}

static bool
full(struct policy_work *w)
{
	return err_full(w->e, "a policy");
}

static bool
no_such_key(struct policy_work *w, const struct policy_key *keys, size_t n,
	    const struct toml *t)
{
	struct shown key = show(t->key);
	const char *best = NULL;
	size_t least = near_enough(strlen(key.s)) + 1;
	for (size_t i = 0; i < n; i++) {
		size_t d = near_distance(keys[i].name, key.s);
		if (d < least) {
			best = keys[i].name;
			least = d;
		}
	}
	refuse(w, t, "no such key in a policy");
	err_ctx(w->e, "%s", key.s);
	return best ? err_hint(w->e, "did you mean %s?", best)
		    : err_hint(w->e, "\"veraclave help policy.toml\" lists "
				     "the keys");
}

static bool
one_key(struct policy_work *w, const struct policy_key *keys, size_t n,
	const struct toml *t)
{
	for (size_t i = 0; i < n; i++) {
		if (!span_is(t->key, keys[i].name))
			continue;
		if (t->kind != keys[i].kind) {
			refuse(w, t, toml_kind_name(keys[i].kind));
			return err_ctx(w->e, "%s is of another kind",
				       keys[i].name);
		}
		return keys[i].read(w, t);
	}
	return no_such_key(w, keys, n, t);
}

static bool
read_table(struct policy_work *w, const struct policy_key *keys, size_t n,
	   const struct toml *table)
{
	for (const struct toml *t = table->first; t; t = t->next)
		if (!one_key(w, keys, n, t))
			return false;
	for (size_t i = 0; i < n; i++)
		if (keys[i].needed && !toml_get(table, keys[i].name)) {
			refuse(w, table, "is missing");
			err_ctx(w->e, "%s", keys[i].name);
			return err_hint(w->e, "\"veraclave help policy.toml\" "
					      "tells what is needed, with an "
					      "example");
		}
	return true;
}

static bool
read_schema(struct policy_work *w, const struct toml *t)
{
	return span_is(t->text, "veraclave-policy/1") ||
	       refuse(w, t, "not the schema veraclave-policy/1");
}

static bool
read_trust(struct policy_work *w, const struct toml *t)
{
	if (t->n == 0 || t->n > POLICY_TRUST_MAX)
		return refuse(w, t, "not one to eight classes");
	for (const struct toml *v = t->first; v; v = v->next) {
		if (v->kind != TOML_STRING)
			return refuse(w, t, "a class is a string");
		const char *s = arena_cstr(w->a, v->text);
		if (!s)
			return w->a->failed ? full(w)
					    : refuse(w, t, "a NUL byte");
		for (size_t i = 0; i < w->p->ntrust; i++)
			if (strcmp(w->p->trust[i], s) == 0)
				return refuse(w, t,
					      "a class that is there"
					      " twice");
		w->p->trust[w->p->ntrust++] = s;
	}
	return true;
}

static bool
read_max_age(struct policy_work *w, const struct toml *t)
{
	if (t->integer < 0 || t->integer > INT32_MAX)
		return refuse(w, t, "not 0 to 2147483647 seconds");
	w->p->x.max_age = t->integer;
	return true;
}

static bool
read_skew(struct policy_work *w, const struct toml *t)
{
	if (t->integer < 0 || t->integer > INT32_MAX)
		return refuse(w, t, "not 0 to 2147483647 seconds");
	w->p->x.skew = t->integer;
	return true;
}

static bool
read_nonce(struct policy_work *w, const struct toml *t)
{
	w->p->x.need_nonce = t->truth;
	return true;
}

static bool
read_recipient(struct policy_work *w, const struct toml *t)
{
	return recipient_named(t->text, &w->p->x.recipient) ||
	       refuse(w, t, "not rsa-2048, rsa or none");
}

static bool
read_debug(struct policy_work *w, const struct toml *t)
{
	w->p->x.allow_debug = t->truth;
	return true;
}

static bool
read_value(struct policy_work *w, const struct toml *t, struct span *out)
{
	struct err why = { 0 };
	if (t->kind != TOML_STRING)
		return refuse(w, t, "a register's value is a string");
	if (pcr_parse(t->text, w->a, out, &why))
		return true;
	return w->a->failed ? full(w) : refuse(w, t, why.msg);
}

static bool
read_signers(struct policy_work *w, const struct toml *t)
{
	size_t i = 0;
	struct span *v = NEW(w->a, struct span, t->n + 1);
	if (!v)
		return full(w);
	if (t->n == 0 || t->n > POLICY_LIST_MAX)
		return refuse(w, t, "not 1 to 1024 values");
	for (const struct toml *s = t->first; s; s = s->next)
		if (!read_value(w, s, &v[i++]))
			return false;
	w->p->x.signers = v;
	w->p->x.nsigners = t->n;
	return true;
}

/* 0 = "HEX" in a table of registers. */
static bool
read_pcrs(struct policy_work *w, const struct toml *t, struct pcr_set *out)
{
	for (const struct toml *v = t->first; v; v = v->next) {
		unsigned i;
		if (!pcr_index(v->key, &i))
			return refuse(w, v, "not a register from 0 to 31");
		if (out->mask >> i & 1)
			return refuse(w, v, "a register that is there twice");
		if (!read_value(w, v, &out->v[i]))
			return false;
		out->mask |= UINT32_C(1) << i;
	}
	return out->mask || refuse(w, t, "no registers");
}

/* What an image has to have tells it from others, unless debug mode, where all
 * are zero, was allowed. */
static bool
tells(const struct policy *p, const struct pcr_set *s)
{
	for (unsigned i = 0; i < DOC_PCRS; i++)
		if (s->mask >> i & 1 && !doc_is_zero(s->v[i]))
			return true;
	return p->x.allow_debug;
}

static bool
image_name(struct policy_work *w, const struct toml *t)
{
	w->release->name = arena_cstr(w->a, t->text);
	if (w->release->name && w->release->name[0])
		return true;
	return w->a->failed ? full(w) : refuse(w, t, "not a name");
}

static bool
image_pcrs(struct policy_work *w, const struct toml *t)
{
	return read_pcrs(w, t, &w->release->pcrs);
}

/* Seconds since 1970 of a time with offset. */
static bool
read_time(struct policy_work *w, const struct toml *t, int64_t *out)
{
	const struct toml_time *at = &t->time;
	if (!at->has_date || !at->has_time || !at->has_offset ||
	    at->year < 1970)
		return refuse(w, t, "not a time like 2026-01-31T12:00:00Z");
	int64_t y = at->year - (at->month <= 2), era = y / 400;
	int64_t m = at->month > 2 ? at->month - 3 : at->month + 9;
	int64_t of_year = (153 * m + 2) / 5 + at->day - 1, yoe = y % 400;
	int64_t days = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 +
		       of_year - 719468;
	*out = days * 86400 + at->hour * 3600 + at->minute * 60 + at->second -
	       (int64_t)at->offset * 60;
	return *out > 0 || refuse(w, t, "before 1970");
}

static bool
image_from(struct policy_work *w, const struct toml *t)
{
	return read_time(w, t, &w->release->from);
}

static bool
image_to(struct policy_work *w, const struct toml *t)
{
	return read_time(w, t, &w->release->to);
}

static const struct policy_key image_keys[] = {
	{ "name", TOML_STRING, image_name, true, "string",
	  "As the verdict names it." },
	{ "pcrs", TOML_TABLE, image_pcrs, true, "table",
	  "Registers by number, all of which have to be so." },
	{ "not_before", TOML_TIME, image_from, false, "time with offset",
	  "From when on it may run, this second included." },
	{ "not_after", TOML_TIME, image_to, false, "time with offset",
	  "Until when it may run, this second included." },
};

static bool
read_images(struct policy_work *w, const struct toml *t)
{
	size_t n = 0;
	struct release *v = NEW(w->a, struct release, t->n + 1);
	if (t->n == 0 || t->n > POLICY_LIST_MAX)
		return refuse(w, t, "not 1 to 1024 images");
	if (!v)
		return full(w);
	for (const struct toml *s = t->first; s; s = s->next) {
		w->release = &v[n++];
		if (s->kind != TOML_TABLE)
			return refuse(w, t, "an image is a table");
		if (!read_table(w, image_keys, COUNT(image_keys), s))
			return err_ctx(w->e, "image %zu", n);
	}
	w->p->x.releases = v;
	w->p->x.nreleases = n;
	return true;
}

static bool
revoked_reason(struct policy_work *w, const struct toml *t)
{
	w->revocation->reason = arena_cstr(w->a, t->text);
	if (w->revocation->reason && w->revocation->reason[0])
		return true;
	return w->a->failed ? full(w) : refuse(w, t, "not a reason");
}

static bool
revoked_pcrs(struct policy_work *w, const struct toml *t)
{
	return read_pcrs(w, t, &w->revocation->pcrs);
}

static const struct policy_key revoked_keys[] = {
	{ "reason", TOML_STRING, revoked_reason, true, "string",
	  "Shown in the verdict." },
	{ "pcrs", TOML_TABLE, revoked_pcrs, true, "table",
	  "Registers by number; a document that has all of them so is refused. "
	  "When it lacks some and has the others so, whether it is revoked "
	  "cannot be told, and it does not pass." },
};

static bool
read_revoked(struct policy_work *w, const struct toml *t)
{
	size_t n = 0;
	struct revocation *v = NEW(w->a, struct revocation, t->n + 1);
	if (t->n == 0 || t->n > POLICY_LIST_MAX)
		return refuse(w, t, "not 1 to 1024 revocations");
	if (!v)
		return full(w);
	for (const struct toml *s = t->first; s; s = s->next) {
		w->revocation = &v[n++];
		if (s->kind != TOML_TABLE)
			return refuse(w, t, "a revocation is a table");
		if (!read_table(w, revoked_keys, COUNT(revoked_keys), s))
			return err_ctx(w->e, "revocation %zu", n);
	}
	w->p->x.revoked = v;
	w->p->x.nrevoked = n;
	return true;
}

static const struct policy_key policy_keys[] = {
	{ "schema", TOML_STRING, read_schema, true, "string",
	  "veraclave-policy/1." },
	{ "trust", TOML_ARRAY, read_trust, true, "array",
	  "The trust classes that are accepted: aws-nitro, and sim:FILE, "
	  "qemu:FILE, development:FILE with the root's certificate. --trust "
	  "replaces it." },
	{ "max_age", TOML_INTEGER, read_max_age, false, "integer",
	  "Seconds; older documents are refused. --max-age replaces it." },
	{ "max_skew", TOML_INTEGER, read_skew, false, "integer",
	  "Seconds by which a document may be from the future, since clocks "
	  "differ; 300. --max-skew replaces it." },
	{ "need_nonce", TOML_BOOL, read_nonce, false, "bool",
	  "Nothing passes unless --nonce is given, with at least one byte." },
	{ "recipient", TOML_STRING, read_recipient, false, "string",
	  "The document's public key is one that KMS encrypts to: rsa-2048, or "
	  "rsa for any size that it might take; none asks for nothing. "
	  "--recipient replaces it." },
	{ "allow_debug", TOML_BOOL, read_debug, false, "bool",
	  "Debug enclaves pass too." },
	{ "signers", TOML_ARRAY, read_signers, false, "array",
	  "Values of PCR8 of which the image has to have one." },
	{ "image", TOML_ARRAY, read_images, false, "tables",
	  "Images that may run; one of them has to fit. Zeros alone tell no "
	  "image from another and are refused, unless allow_debug is set." },
	{ "revoked", TOML_ARRAY, read_revoked, false, "tables",
	  "Images that must not run, whatever else says." },
};

const struct policy_table policy_tables[] = {
	{ "", "Rules for every document.", policy_keys, COUNT(policy_keys) },
	{ "image", "An image that may run; there can be several.", image_keys,
	  COUNT(image_keys) },
	{ "revoked", "An image that must not run; there can be several.",
	  revoked_keys, COUNT(revoked_keys) },
};
const size_t policy_table_count = COUNT(policy_tables);

bool
policy_parse(struct span text, struct arena *a, struct policy *out,
	     struct err *e)
{
	struct policy p = { .x = { .max_age = EXPECT_ANY_AGE,
				   .skew = EXPECT_SKEW } };
	struct policy_work w = { .text = text, .a = a, .p = &p, .e = e };
	struct toml *root;
	if (!toml_parse(text, a, &root, e) ||
	    !read_table(&w, policy_keys, COUNT(policy_keys), root))
		return err_ctx(e, "policy");
	if (p.x.nreleases == 0 && p.x.nsigners == 0) {
		err_set(e, ERR_INPUT,
			"policy: neither image nor signers: it"
			" would accept every enclave");
		return err_id(e, "policy");
	}
	for (size_t i = 0; i < p.x.nreleases; i++)
		if (!tells(&p, &p.x.releases[i].pcrs)) {
			err_set(e, ERR_INPUT,
				"policy: image %zu: all of its registers are"
				" zero, as in every enclave that leaves them"
				" alone",
				i + 1);
			return err_id(e, "policy");
		}
	*out = p;
	return true;
}
