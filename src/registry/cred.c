#include "registry/cred.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "base/path.h"
#include "codec/base64.h"
#include "codec/json.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/proc.h"

/* A helper may prompt a person, who has to find a token. */
enum { HELPER_SECONDS = 120 };

/* The key of Docker Hub in these files, for historical reasons. */
static const char hub_key[] = "https://index.docker.io/v1/";

const char *
cred_key(const struct reference *ref, struct arena *a)
{
	if (span_is(ref->host, "docker.io"))
		return hub_key;
	return arena_cstr(a, ref->host);
}

/* Returns what a key identifies, without scheme and API version. */
static struct span
plain_key(struct span key)
{
	static const char *const heads[] = { "https://", "http://" };
	static const char *const tails[] = { "/", "/v1", "/v2" };
	for (size_t i = 0; i < COUNT(heads); i++)
		if (span_starts(key, span_str(heads[i])))
			key = span_from(key, strlen(heads[i]));
	for (size_t i = 0; i < COUNT(tails); i++)
		if (span_ends(key, span_str(tails[i])))
			key = span_sub(key, 0, key.n - strlen(tails[i]));
	return span_is(key, "index.docker.io") ? SPAN("docker.io") : key;
}

/* Returns how many bytes of "host/prefix/name" the key covers, 0 for none. */
static size_t
covers(struct span key, struct span full)
{
	if (!span_starts(full, key))
		return 0;
	return key.n == full.n || full.p[key.n] == '/' ? key.n : 0;
}

/* Returns the reference's host and name without tag and digest. */
static struct span
full_name(const struct reference *ref, struct arena *a)
{
	struct reference r = *ref;
	r.tag = (struct span){ 0 };
	r.digest = (struct digest_id){ 0 };
	return span_str(reference_text(a, &r));
}

static bool
keep(struct arena *a, struct span *out, struct span s, struct err *e)
{
	*out = arena_dup(a, s);
	return out->p || err_full(e, "credentials");
}

/* Reads one entry of auths. Docker writes an empty one beside a helper. */
static bool
take_entry(const struct json *entry, struct arena *a, struct cred *out,
	   struct err *e)
{
	struct span auth = { 0 }, identity = { 0 }, user = { 0 }, pass = { 0 };
	if (!json_opt_text(entry, "auth", &auth, e) ||
	    !json_opt_text(entry, "identitytoken", &identity, e) ||
	    !json_opt_text(entry, "username", &user, e) ||
	    !json_opt_text(entry, "password", &pass, e))
		return false;
	if (auth.n) {
		if (!base64_parse(auth, a, &pass, e))
			return err_ctx(e, "auth");
		if (span_find(pass, ':') == pass.n)
			return err_set(e, ERR_INPUT,
				       "auth is not user:password");
		user = span_cut(&pass, ':');
		/* some versions of docker pad it with a NUL */
		while (pass.n && pass.p[pass.n - 1] == 0)
			pass.n--;
	}
	out->identity = identity.n > 0;
	return keep(a, &out->user, user, e) &&
	       keep(a, &out->secret, identity.n ? identity : pass, e);
}

static bool
take_auths(const struct json *j, const struct reference *ref, struct arena *a,
	   struct cred *out, struct err *e)
{
	const struct json *auths = NULL, *best = NULL;
	struct json_iter it = { 0 };
	struct span full = full_name(ref, a);
	size_t most = 0;
	if (!full.p)
		return err_full(e, "credentials");
	if (!json_opt(j, "auths", JSON_KIND_MAP, &auths, e))
		return false;
	while (json_each(auths, &it)) {
		size_t n = covers(plain_key(it.key), full);
		if (n > most && json_kind(it.value) == JSON_KIND_MAP) {
			most = n;
			best = it.value;
		}
	}
	return !best || take_entry(best, a, out, e) ||
	       err_ctx(e, "auths for %s", show(ref->host).s);
}

/* Makes the program's name from a helper's name. */
static bool
helper_name(struct span s, struct arena *a, const char **out, struct err *e)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '/' || s.p[i] <= ' ' || s.p[i] > '~')
			return err_set(e, ERR_INPUT,
				       "%s is not the name of a helper",
				       show(s).s);
	*out = arena_fmt(a, "docker-credential-%.*s", SPAN_ARG(s));
	return *out || err_full(e, "credentials");
}

static bool
take_helper(const struct json *j, const struct reference *ref, struct arena *a,
	    const char **out, struct err *e)
{
	const struct json *each = NULL;
	struct json_iter it = { 0 };
	struct span name = { 0 };
	if (!json_opt_text(j, "credsStore", &name, e) ||
	    !json_opt(j, "credHelpers", JSON_KIND_MAP, &each, e))
		return false;
	while (json_each(each, &it))
		if (span_eq(plain_key(it.key), ref->host))
			name = json_text(it.value);
	return name.n == 0 || helper_name(name, a, out, e);
}

bool
cred_parse(struct span text, const struct reference *ref, struct arena *a,
	   struct cred *out, const char **helper, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	*out = (struct cred){ 0 };
	*helper = NULL;
	if (!json_parse_max(text, LIMIT_CONFIG, &j, e))
		return false;
	if (json_kind(j) != JSON_KIND_MAP)
		return err_set(e, ERR_INPUT, "it is not a JSON object");
	return take_helper(j, ref, a, helper, e) &&
	       take_auths(j, ref, a, out, e);
}

bool
cred_parse_helper(struct span text, struct arena *a, struct cred *out,
		  struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct span user = { 0 }, secret = { 0 };
	if (!json_parse_max(text, LIMIT_CONFIG, &j, e) ||
	    !json_need_text(j, "Username", &user, e) ||
	    !json_need_text(j, "Secret", &secret, e))
		return false;
	*out = (struct cred){ .identity = span_is(user, "<token>") };
	return keep(a, &out->user, user, e) && keep(a, &out->secret, secret, e);
}

static bool
contains(struct span s, const char *what)
{
	size_t n = strlen(what);
	for (size_t i = 0; i + n <= s.n; i++)
		if (memcmp(s.p + i, what, n) == 0)
			return true;
	return false;
}

/* A helper without credentials fails with a known message. */
static bool
ask_helper(const char *helper, const struct reference *ref, struct arena *a,
	   struct cred *out, struct err *e)
{
	DEFER(buf_free) struct buf said = buf_max(LIMIT_CONFIG);
	DEFER(buf_free) struct buf wrong = buf_max(LIMIT_CONFIG);
	const char *key = cred_key(ref, a);
	const char *argv[] = { helper, "get", NULL };
	struct proc p = { .argv = argv,
			  .in = span_str(key),
			  .out = &said,
			  .err = &wrong,
			  .seconds = HELPER_SECONDS };
	int status;
	if (!key)
		return err_full(e, "credentials");
	if (!proc_run(&p, &status, e) || !buf_ok(&said, "its output", e)) {
		err_ctx(e, "asking %s for the password of %s",
			show_str(helper).s, show(ref->host).s);
		return err_hint(e, "check that it is installed and works, or "
				   "remove it from docker's config.json");
	}
	struct span text = buf_view(&said);
	if (status != 0 && contains(text, "credentials not found"))
		return true;
	if (status != 0)
		return err_set(
			e, ERR_SYS, "%s failed with status %d: %s",
			show_str(helper).s, status,
			show(span_trim(text.n ? text : buf_view(&wrong))).s);
	out->from = helper;
	return cred_parse_helper(text, a, out, e) ||
	       err_ctx(e, "%s", show_str(helper).s);
}

/* Reads one file. A file that does not exist is not an error. */
static bool
look_in(const char *path, const struct reference *ref, struct arena *a,
	struct cred *out, struct err *e)
{
	const char *helper = NULL;
	struct span text;
	struct cred stored, asked = { 0 };
	if (!path)
		return err_full(e, "a path");
	if (fs_kind(path) != FS_FILE)
		return true;
	if (!fs_read(path, LIMIT_CONFIG, a, &text, e))
		return false;
	if (!cred_parse(text, ref, a, &stored, &helper, e))
		return err_ctx(e, "%s", show_str(path).s);
	if (helper && !ask_helper(helper, ref, a, &asked, e))
		return false;
	stored.from = path;
	*out = asked.secret.n ? asked : stored;
	return true;
}

static const char *
below(struct arena *a, const char *dir, const char *path)
{
	return path_join(a, dir, path);
}

bool
cred_find(const struct reference *ref, struct arena *a, struct cred *out,
	  struct err *e)
{
	const char *home = sys_env("HOME");
	const struct {
		const char *dir, *path;
	} places[] = {
		{ sys_env("DOCKER_CONFIG"), "config.json" },
		{ sys_env("DOCKER_CONFIG") ? NULL : home,
		  ".docker/config.json" },
		{ sys_env("XDG_RUNTIME_DIR"), "containers/auth.json" },
		{ sys_env("XDG_CONFIG_HOME"), "containers/auth.json" },
		{ sys_env("XDG_CONFIG_HOME") ? NULL : home,
		  ".config/containers/auth.json" },
	};
	const char *file = sys_env("REGISTRY_AUTH_FILE");
	*out = (struct cred){ 0 };
	if (file && !look_in(file, ref, a, out, e))
		return false;
	for (size_t i = 0; i < COUNT(places) && out->secret.n == 0; i++)
		if (places[i].dir &&
		    !look_in(below(a, places[i].dir, places[i].path), ref, a,
			     out, e))
			return false;
	return true;
}
