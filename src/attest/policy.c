#include "attest/policy.h"

#include <string.h>

#include "attest/policy_keys.h"
#include "attest/text.h"
#include "base/calendar.h"

static bool
read_schema(struct bind *b, const struct bind_row *row, const struct toml *t,
	    void *at)
{
	(void)at;
	if (!bind_want(b, t, TOML_STRING))
		return false;
	return span_is(t->text, "veraclave-policy/1") ||
	       bind_wrong(b, t, "%s is not veraclave-policy/1", row->key);
}

/* A list that is there holds something. */
static bool
holds(struct bind *b, const struct bind_row *row, const struct toml *t)
{
	return bind_want(b, t, TOML_ARRAY) &&
	       ((t->n > 0 && t->n <= row->max) ||
		bind_wrong(b, t, "%s holds %zu values, not 1 to %llu", row->key,
			   t->n, (unsigned long long)row->max));
}

static bool
read_trust(struct bind *b, const struct bind_row *row, const struct toml *t,
	   void *at)
{
	struct policy *p = at;
	if (!holds(b, row, t))
		return false;
	for (const struct toml *v = t->first; v; v = v->next) {
		const char *s = NULL;
		if (!bind_text(b, v, &s))
			return false;
		for (size_t i = 0; i < p->ntrust; i++)
			if (strcmp(p->trust[i], s) == 0)
				return bind_wrong(b, v,
						  "the class occurs twice");
		p->trust[p->ntrust++] = s;
	}
	return true;
}

static bool
read_value(struct bind *b, const struct toml *t, struct span *out)
{
	struct err why = { 0 };
	if (t->kind != TOML_STRING)
		return bind_wrong(b, t, "a register's value is a string");
	if (pcr_parse(t->text, b->arena, out, &why))
		return true;
	return b->arena->failed ? bind_full(b)
				: bind_wrong(b, t, "%s", why.msg);
}

static bool
read_signers(struct bind *b, const struct bind_row *row, const struct toml *t,
	     void *at)
{
	struct policy *p = at;
	size_t i = 0;
	if (!holds(b, row, t))
		return false;
	struct span *v = NEW(b->arena, struct span, t->n);
	if (!v)
		return bind_full(b);
	for (const struct toml *s = t->first; s; s = s->next)
		if (!read_value(b, s, &v[i++]))
			return false;
	p->x.signers = v;
	p->x.nsigners = t->n;
	return true;
}

/* 0 = "HEX" in a table of registers. */
static bool
read_pcrs(struct bind *b, const struct bind_row *row, const struct toml *t,
	  void *at)
{
	struct pcr_set *out = at;
	if (!bind_want(b, t, TOML_TABLE))
		return false;
	for (const struct toml *v = t->first; v; v = v->next) {
		unsigned i;
		struct span value = { 0 };
		if (!pcr_index(v->key, &i))
			return bind_wrong(b, v, "not a register from 0 to 31");
		if (pcr_has(out, i))
			return bind_wrong(b, v, "the register occurs twice");
		if (!read_value(b, v, &value))
			return false;
		pcr_put(out, i, value);
	}
	return out->mask || bind_wrong(b, t, "%s holds no registers", row->key);
}

/* Seconds since 1970 of a time with offset. */
static bool
read_time(struct bind *b, const struct bind_row *row, const struct toml *t,
	  void *field)
{
	const struct toml_time *at = &t->time;
	int64_t *out = field;
	if (!bind_want(b, t, TOML_TIME))
		return false;
	if (!at->has_date || !at->has_time || !at->has_offset ||
	    at->year < 1970)
		return bind_wrong(b, t,
				  "%s is not a time like 2026-01-31T12:00:00Z",
				  row->key);
	*out = calendar_seconds(&(struct calendar){ at->year, at->month,
						    at->day, at->hour,
						    at->minute, at->second }) -
	       (int64_t)at->offset * 60;
	return *out > 0 || bind_wrong(b, t, "%s is before 1970", row->key);
}

/* What an image has to have tells it from others, unless debug mode, where all
 * are zero, was allowed. */
static bool
tells(const struct policy *p, const struct pcr_set *s)
{
	for (unsigned i = 0; i < PCR_COUNT; i++)
		if (s->mask >> i & 1 && !span_is_zero(s->v[i]))
			return true;
	return p->x.allow_debug;
}

#define AT(S, f, T) BIND_FIELD(struct S, f, T)
/* A reader that sets more than one field of the policy. */
#define WHOLE .offset = 0

#define OWN(t, k, r) .kind = BIND_OWN, .table = (t), .key = (k), .read = (r)
#define TABLES(k, T, f, n)                            \
	.kind = BIND_TABLES, .table = "", .key = (k), \
	AT(policy, f, const T *), .each = sizeof(T),  \
	.count = BIND_AT(struct policy, n, size_t), .max = POLICY_LIST_MAX

static const struct bind_row rows[] = {
	{ OWN("", "schema", read_schema), WHOLE, .needed = true,
	  .type = "string", .help = "veraclave-policy/1." },
	{ OWN("", "trust", read_trust), WHOLE, .max = POLICY_TRUST_MAX,
	  .needed = true, .type = "array",
	  .help = "The trust classes that are accepted: aws-nitro, and "
		  "sim:FILE, "
		  "qemu:FILE, development:FILE with the root's certificate. "
		  "--trust "
		  "replaces it." },
	{ .kind = BIND_NUMBER,
	  .table = "",
	  .key = "max_age",
	  AT(policy, x.max_age, int64_t),
	  .max = INT32_MAX,
	  .type = "integer",
	  .help = "Seconds; older documents are refused. --max-age replaces "
		  "it." },
	{ .kind = BIND_NUMBER,
	  .table = "",
	  .key = "max_skew",
	  AT(policy, x.skew, int64_t),
	  .max = INT32_MAX,
	  .type = "integer",
	  .help = "How many seconds a document may be in the future, because "
		  "clocks differ; default 300. --max-skew replaces it." },
	{ .kind = BIND_BOOL,
	  .table = "",
	  .key = "need_nonce",
	  AT(policy, x.need_nonce, bool),
	  .type = "bool",
	  .help = "No document passes without --nonce, of at least one byte." },
	{ .kind = BIND_CHOICE,
	  .table = "",
	  .key = "recipient",
	  AT(policy, x.recipient, unsigned),
	  .choice = recipient_names,
	  .type = "string",
	  .help = "The document must have a public key that KMS can encrypt "
		  "to: rsa-2048, or rsa for any size that KMS might accept; "
		  "none requires nothing. --recipient replaces it." },
	{ .kind = BIND_BOOL,
	  .table = "",
	  .key = "allow_debug",
	  AT(policy, x.allow_debug, bool),
	  .type = "bool",
	  .help = "Accept debug enclaves." },
	{ OWN("", "signers", read_signers), WHOLE, .max = POLICY_LIST_MAX,
	  .type = "array", .help = "Accepted values of PCR8." },
	{ TABLES("image", struct release, x.releases, x.nreleases),
	  .type = "tables",
	  .help = "Images that may run; the document must match one of them. "
		  "Registers that are all zero are refused, unless allow_debug "
		  "is set." },
	{ TABLES("revoked", struct revocation, x.revoked, x.nrevoked),
	  .type = "tables",
	  .help = "Images that must not run, regardless of other rules." },
	{ .kind = BIND_NAME,
	  .table = "image",
	  .key = "name",
	  AT(release, name, const char *),
	  .needed = true,
	  .type = "string",
	  .help = "The name in the verdict." },
	{ OWN("image", "pcrs", read_pcrs), AT(release, pcrs, struct pcr_set),
	  .needed = true, .type = "table",
	  .help = "Registers by number, all of which must match." },
	{ OWN("image", "not_before", read_time), AT(release, from, int64_t),
	  .type = "time with offset",
	  .help = "The first second at which it may run." },
	{ OWN("image", "not_after", read_time), AT(release, to, int64_t),
	  .type = "time with offset",
	  .help = "The last second at which it may run." },
	{ .kind = BIND_NAME,
	  .table = "revoked",
	  .key = "reason",
	  AT(revocation, reason, const char *),
	  .needed = true,
	  .type = "string",
	  .help = "The reason, shown in the verdict." },
	{ OWN("revoked", "pcrs", read_pcrs),
	  AT(revocation, pcrs, struct pcr_set), .needed = true, .type = "table",
	  .help = "Registers by number; a document with all of these values is "
		  "refused. If it lacks some of them and the others match, it "
		  "is not known whether it is revoked, and it does not pass." },
};

static const struct bind_table tables[] = {
	{ .name = "", .help = "Rules for every document." },
	{ .name = "image",
	  .help = "An image that may run; there can be several.",
	  .repeats = true },
	{ .name = "revoked",
	  .help = "An image that must not run; there can be several.",
	  .repeats = true },
};

const struct bind_file policy_file = { .name = "policy.toml",
				       .id = "policy",
				       .table = tables,
				       .tables = COUNT(tables),
				       .row = rows,
				       .rows = COUNT(rows),
				       .page = &policy_page };

bool
policy_parse(struct span text, struct arena *a, struct policy *out,
	     struct err *e)
{
	struct policy p = { .x = { .max_age = EXPECT_ANY_AGE,
				   .skew = EXPECT_SKEW } };
	struct bind b = {
		.file = &policy_file, .text = text, .arena = a, .e = e
	};
	if (!bind_read(&b, &p))
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
