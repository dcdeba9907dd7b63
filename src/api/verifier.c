/*
 * The half of the public API that sets up a verifier. Each call works on
 * copies and stores them at its end, so that one that fails changes nothing.
 */
#include "api/handles.h"

#include <string.h>

#include "pcrs/release.h"
#include "base/fmt.h"
#include "base/limits.h"

enum { CACHE_DEFAULT = 128, CACHE_MAX = 65536 };

const char *
veraclave_version(void)
{
	return VERACLAVE_VERSION;
}

veraclave_verifier *
veraclave_verifier_new(void)
{
	struct arena a = { 0 };
	veraclave_verifier *v = NEW(&a, veraclave_verifier, 1);
	if (!v) {
		arena_finish(&a);
		return NULL;
	}
	v->arena = a;
	v->cache_size = CACHE_DEFAULT;
	v->x = (struct expect){ .anchors = v->anchor,
				.nanchors = 1,
				.max_age = EXPECT_ANY_AGE,
				.skew = EXPECT_SKEW };
	v->anchor[0] = anchor_aws_nitro;
	lock_init(&v->lock);
	return v;
}

void
veraclave_verifier_free(veraclave_verifier *v)
{
	if (!v)
		return;
	cert_cache_close(&v->cache);
	lock_finish(&v->lock);
	arena_finish(&v->cache_arena);
	struct arena a = v->arena;
	arena_finish(&a);
}

const char *
veraclave_verifier_error(const veraclave_verifier *v)
{
	return v->told.text;
}

/* Ends a call: its error becomes text, and its code a status. What it was to
 * set up would be missed by nobody, so nothing passes any more. */
static enum veraclave_status
end(veraclave_verifier *v, bool ok)
{
	if (ok)
		return VERACLAVE_OK;
	v->failed = "a call that set the verifier up failed, and what it was"
		    " to expect is not known";
	enum veraclave_status s = outcome(&v->why, &v->arena, &v->told);
	v->arena.failed = false;
	v->why = (struct err){ 0 };
	return s;
}

/* Begins a call: may anything still be set up? */
static bool
begin(veraclave_verifier *v)
{
	lock_take(&v->lock);
	bool used = v->used;
	lock_give(&v->lock);
	v->why = (struct err){ 0 };
	return !used ||
	       err_set(&v->why, ERR_USAGE,
		       "the verifier has appraisals and cannot change any"
		       " more");
}

static struct span
bytes(const void *p, size_t n)
{
	return span_of(p, p ? n : 0);
}

static bool
bounded(veraclave_verifier *v, struct span text, size_t max)
{
	return text.n <= max ||
	       err_set(&v->why, ERR_INPUT, "a text of %zu bytes, at most %zu",
		       text.n, max);
}

/* The classes of the API, whose numbers never change, as ours. */
static const enum trust classes[] = {
	[VERACLAVE_TRUST_NONE] = TRUST_NONE,
	[VERACLAVE_TRUST_AWS_NITRO] = TRUST_AWS_NITRO,
	[VERACLAVE_TRUST_QEMU] = TRUST_QEMU,
	[VERACLAVE_TRUST_SIM] = TRUST_SIM,
	[VERACLAVE_TRUST_DEVELOPMENT] = TRUST_DEVELOPMENT,
};

const char *
veraclave_trust_name(enum veraclave_trust trust)
{
	return trust < COUNT(classes) ? trust_name(classes[trust]) : NULL;
}

enum veraclave_trust
trust_of(enum trust trust)
{
	size_t i = COUNT(classes) - 1;
	while (i > 0 && classes[i] != trust)
		i--;
	return (enum veraclave_trust)i;
}

/* NULL when no root was given in this class under this label. */
static const struct anchor *
root_named(const veraclave_verifier *v, enum trust class, const char *label)
{
	for (size_t i = 0; i < v->nroot; i++)
		if (v->root[i].anchor.trust == class &&
		    strcmp(v->root[i].label, label) == 0)
			return &v->root[i].anchor;
	return NULL;
}

/* May a root still be given under this name? */
static bool
may_add_root(veraclave_verifier *v, enum trust class, const char *label)
{
	struct err *e = &v->why;
	if (v->nroot == POLICY_TRUST_MAX)
		return err_set(e, ERR_USAGE, "more than %d roots",
			       POLICY_TRUST_MAX);
	if (v->has_policy)
		return err_set(e, ERR_USAGE,
			       "roots are named before the policy is set");
	if (class == TRUST_NONE)
		return err_set(e, ERR_USAGE, "no such trust class");
	if (!root_named(v, class, label))
		return true;
	err_set(e, ERR_USAGE,
		"a root of class %s labelled \"%s\" was given"
		" already",
		trust_name(class), show_str(label).s);
	return err_hint(e, "give each root a label of its own");
}

/* For AWS's, which is known, there is nothing else to say. */
static bool
read_root(enum trust class, const char *label, struct span certificate,
	  struct anchor *out, struct err *e)
{
	if (class != TRUST_AWS_NITRO)
		return anchor_of(class, certificate, out, e) ||
		       err_ctx(e, "%s:%s", trust_name(class),
			       show_str(label).s);
	*out = anchor_aws_nitro;
	return (!certificate.n && !label[0]) ||
	       err_set(e, ERR_USAGE,
		       "aws-nitro is known and takes no label and no"
		       " certificate");
}

static bool
add_root(veraclave_verifier *v, enum veraclave_trust trust, const char *label,
	 struct span certificate)
{
	struct named_root r;
	struct err *e = &v->why;
	enum trust class = trust < COUNT(classes) ? classes[trust] : TRUST_NONE;
	if (!may_add_root(v, class, label) ||
	    !read_root(class, label, certificate, &r.anchor, e))
		return false;
	r.label = arena_cstr(&v->arena, span_str(label));
	if (!r.label)
		return err_full(e, "a root");
	v->root[v->nroot++] = r;
	if (class == TRUST_DEVELOPMENT)
		return true; /* for a policy that names it, and no other */
	v->anchor[v->nnamed++] = r.anchor;
	v->x.nanchors = v->nnamed;
	return true;
}

enum veraclave_status
veraclave_verifier_add_trust(veraclave_verifier *v, enum veraclave_trust trust,
			     const char *label, const void *certificate,
			     size_t size)
{
	return end(v, begin(v) && add_root(v, trust, label ? label : "",
					   bytes(certificate, size)));
}

static bool
add_pcr(veraclave_verifier *v, unsigned index, struct span value)
{
	if (index >= PCR_COUNT || value.n != PCR_SIZE)
		return err_set(&v->why, ERR_USAGE,
			       "register %u with %zu bytes: there are 0 to 31,"
			       " with 48 bytes",
			       index, value.n);
	if (pcr_has(&v->x.pcrs, index))
		return err_set(&v->why, ERR_USAGE, "register %u is given twice",
			       index);
	struct span own = arena_dup(&v->arena, value);
	if (!own.p)
		return err_full(&v->why, "a register");
	pcr_put(&v->x.pcrs, index, own);
	return true;
}

enum veraclave_status
veraclave_verifier_add_pcr(veraclave_verifier *v, unsigned index,
			   const void *value, size_t size)
{
	return end(v, begin(v) && add_pcr(v, index, bytes(value, size)));
}

/* Releases that are there, and n more. */
static bool
append(veraclave_verifier *v, const struct release *more, size_t n)
{
	size_t old = v->x.nreleases;
	struct release *all = NEW(&v->arena, struct release, old + n);
	if (!all)
		return err_full(&v->why, "the releases");
	for (size_t i = 0; i < old; i++)
		all[i] = v->x.releases[i];
	for (size_t i = 0; i < n; i++)
		all[old + i] = more[i];
	v->x.releases = all;
	v->x.nreleases = old + n;
	return true;
}

static bool
add_release(veraclave_verifier *v, const char *name, struct span json)
{
	struct release r;
	const char *own =
		arena_cstr(&v->arena, span_str(name ? name : "release"));
	if (!own)
		return err_full(&v->why, "a release");
	return release_parse(json, own, &v->arena, &r, &v->why) &&
	       append(v, &r, 1);
}

enum veraclave_status
veraclave_verifier_add_release(veraclave_verifier *v, const char *name,
			       const char *json, size_t size)
{
	return end(v, begin(v) && add_release(v, name, bytes(json, size)));
}

/* Only one of the two, and once: each says all that may run. */
static bool
alone(veraclave_verifier *v)
{
	return (!v->has_policy && !v->has_environment) ||
	       err_set(&v->why, ERR_USAGE,
		       "a policy or an environment is set already");
}

static bool
set_environment(veraclave_verifier *v, struct span json)
{
	struct environment env;
	struct expect x = { 0 };
	if (!alone(v) || !bounded(v, json, ENVIRONMENT_TEXT_MAX) ||
	    !environment_parse(json, &v->arena, &env, &v->why) ||
	    !expect_environment(&x, &env, "the environment", &v->arena,
				&v->why) ||
	    !append(v, x.releases, x.nreleases))
		return false;
	v->x.revoked = x.revoked;
	v->x.nrevoked = x.nrevoked;
	v->x.empty = x.empty;
	v->has_environment = true;
	return true;
}

enum veraclave_status
veraclave_verifier_set_environment(veraclave_verifier *v, const char *json,
				   size_t size)
{
	return end(v, begin(v) && set_environment(v, bytes(json, size)));
}

/* The root that was given under the name that the policy has. */
static bool
policy_root(veraclave_verifier *v, const char *name, struct anchor *out)
{
	enum trust class;
	const char *label;
	if (!trust_parse(name, true, &class, &label, &v->why))
		return false;
	*out = anchor_aws_nitro;
	if (class == TRUST_AWS_NITRO)
		return true;
	const struct anchor *given = root_named(v, class, label);
	if (given) {
		*out = *given;
		return true;
	}
	err_set(&v->why, ERR_USAGE, "the policy trusts %s, which was not given",
		show_str(name).s);
	return err_hint(&v->why, "give its certificate under that class and"
				 " label with veraclave_verifier_add_trust"
				 " first");
}

static bool
set_policy(veraclave_verifier *v, struct span toml)
{
	struct policy policy;
	struct anchor anchor[POLICY_TRUST_MAX];
	if (!alone(v) || !bounded(v, toml, LIMIT_CONFIG) ||
	    !policy_parse(toml, &v->arena, &policy, &v->why))
		return false;
	for (size_t i = 0; i < policy.ntrust; i++)
		if (!policy_root(v, policy.trust[i], &anchor[i]))
			return false;
	if (!append(v, policy.x.releases, policy.x.nreleases))
		return false;
	struct expect *x = &v->x;
	for (size_t i = 0; i < policy.ntrust; i++)
		v->anchor[i] = anchor[i];
	x->nanchors = policy.ntrust;
	x->revoked = policy.x.revoked;
	x->nrevoked = policy.x.nrevoked;
	x->signers = policy.x.signers;
	x->nsigners = policy.x.nsigners;
	x->need_nonce = policy.x.need_nonce;
	if (x->recipient == RECIPIENT_NONE)
		x->recipient = policy.x.recipient;
	x->allow_debug |= policy.x.allow_debug;
	if (x->max_age == EXPECT_ANY_AGE)
		x->max_age = policy.x.max_age;
	if (!v->has_skew)
		x->skew = policy.x.skew;
	v->has_policy = true;
	return true;
}

enum veraclave_status
veraclave_verifier_set_policy(veraclave_verifier *v, const char *toml,
			      size_t size)
{
	return end(v, begin(v) && set_policy(v, bytes(toml, size)));
}

/* A time that a document may have, in seconds. */
static bool
in_range(veraclave_verifier *v, const char *what, int64_t seconds)
{
	return (seconds >= 0 && seconds <= INT32_MAX) ||
	       err_set(&v->why, ERR_USAGE, "%s of %lld seconds", what,
		       (long long)seconds);
}

enum veraclave_status
veraclave_verifier_set_max_age(veraclave_verifier *v, int64_t seconds)
{
	bool ok = begin(v) && in_range(v, "an age", seconds);
	if (ok)
		v->x.max_age = seconds;
	return end(v, ok);
}

enum veraclave_status
veraclave_verifier_set_max_skew(veraclave_verifier *v, int64_t seconds)
{
	bool ok = begin(v) && in_range(v, "a skew", seconds);
	if (ok) {
		v->x.skew = seconds;
		v->has_skew = true;
	}
	return end(v, ok);
}

enum veraclave_status
veraclave_verifier_set_recipient(veraclave_verifier *v,
				 enum veraclave_recipient kind)
{
	static const enum recipient kinds[] = {
		[VERACLAVE_RECIPIENT_NONE] = RECIPIENT_NONE,
		[VERACLAVE_RECIPIENT_RSA_2048] = RECIPIENT_RSA_2048,
		[VERACLAVE_RECIPIENT_RSA] = RECIPIENT_RSA,
	};
	bool ok = begin(v);
	if (ok && (kind == VERACLAVE_RECIPIENT_UNKNOWN || kind >= COUNT(kinds)))
		ok = err_set(&v->why, ERR_USAGE, "no such kind of recipient");
	if (ok)
		v->x.recipient = kinds[kind];
	return end(v, ok);
}

enum veraclave_status
veraclave_verifier_allow_debug(veraclave_verifier *v)
{
	bool ok = begin(v);
	if (ok)
		v->x.allow_debug = true;
	return end(v, ok);
}

enum veraclave_status
veraclave_verifier_set_cache(veraclave_verifier *v, size_t certificates)
{
	bool ok = begin(v);
	if (ok && certificates > CACHE_MAX)
		ok = err_set(&v->why, ERR_USAGE,
			     "a cache of more than %d certificates", CACHE_MAX);
	if (ok)
		v->cache_size = certificates;
	return end(v, ok);
}
