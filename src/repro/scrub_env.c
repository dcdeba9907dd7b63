/* Environment variables that look like keys: they are measured and public. */
#include "repro/rule.h"

/* Ends of names, after the start or "_". KEY in GPG_KEY, the fingerprint of a
 * public key, and PASSWORD_FILE do not match. */
static const char *const names[] = {
	"SECRET",    "PASSWORD",    "PASSWD",         "PASSPHRASE",
	"TOKEN",     "API_KEY",     "APIKEY",         "SECRET_KEY",
	"SECRETKEY", "PRIVATE_KEY", "PRIVATEKEY",     "ACCESS_KEY",
	"AUTH_KEY",  "SIGNING_KEY", "ENCRYPTION_KEY", "CREDENTIALS",
};

/* Prefixes that issuers give to the keys that they issue. */
static const char *const heads[] = {
	"ghp_",     "gho_",  "ghs_",  "github_pat_", "glpat-",
	"sk_live_", "xoxb-", "xoxp-", "-----BEGIN ",
};

static bool
name_like(struct span name)
{
	uint8_t upper[64];
	if (name.n > sizeof upper)
		name = span_from(name, name.n - sizeof upper);
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];
		upper[i] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
	}
	struct span u = span_of(upper, name.n);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct span end = span_str(names[i]);
		if (span_ends(u, end) &&
		    (u.n == end.n || u.p[u.n - end.n - 1] == '_'))
			return true;
	}
	return false;
}

/* A switch such as ALLOW_EMPTY_PASSWORD=yes contains no secret. */
static bool
value_is_switch(struct span v)
{
	static const char *const switches[] = { "",   "0",    "1",    "yes",
						"no", "true", "false" };
	for (size_t i = 0; i < COUNT(switches); i++)
		if (span_is(v, switches[i]))
			return true;
	return false;
}

static bool
value_like(struct span v)
{
	for (size_t i = 0; i < COUNT(heads); i++)
		if (span_starts(v, span_str(heads[i])) && v.n >= 16)
			return true;
	return false;
}

static bool
look(struct scrub *s, struct span variable, struct err *e)
{
	struct span value = variable, name = span_cut(&value, '=');
	if (value_is_switch(value) || !(name_like(name) || value_like(value)))
		return true;
	return secret_found(s, "env:", name,
			    "an environment variable that looks like a key", e);
}

static bool
replaced(const struct strings *by, struct span variable)
{
	struct span name = span_cut(&variable, '=');
	for (size_t i = 0; i < by->n; i++) {
		struct span other = by->v[i];
		if (span_eq(span_cut(&other, '='), name))
			return true;
	}
	return false;
}

bool
rule_env_keys(struct scrub *s, struct err *e)
{
	const struct strings *image = &s->image->config.env;
	const struct strings *given = &s->options->env;
	for (size_t i = 0; i < image->n; i++)
		if (!replaced(given, image->v[i]) && !look(s, image->v[i], e))
			return false;
	for (size_t i = 0; i < given->n; i++)
		if (!look(s, given->v[i], e))
			return false;
	return true;
}
