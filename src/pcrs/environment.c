#include "pcrs/environment.h"

#include <string.h>

#include "base/fmt.h"
#include "codec/json.h"
#include "codec/jwrite.h"
#include "pcrs/format.h"

bool
environment_named(const char *name)
{
	return name[0] && name[0] != '.' && !strchr(name, '/');
}

static bool
read_registers(const struct json *j, struct arena *a, struct pcr_set *out,
	       struct err *e)
{
	struct json_iter it = { 0 };
	while (json_each(j, &it))
		if (!pcr_read(it.key, json_text(it.value), a, out, e))
			return false;
	return out->mask ||
	       err_set(e, ERR_INPUT, "a release without registers");
}

/* Refuses unknown keys: a misspelt one would be ignored, and a revocation with
 * it. */
static bool
only(const struct json *j, const char *const *keys, struct err *e)
{
	struct json_iter it = { 0 };
	while (json_each(j, &it)) {
		size_t i = 0;
		while (keys[i] && !span_is(it.key, keys[i]))
			i++;
		if (!keys[i])
			return err_set(e, ERR_INPUT, "%s: no such key",
				       show(it.key).s);
	}
	return true;
}

static bool
read_release(const struct json *j, struct arena *a, struct environment *v,
	     struct err *e)
{
	static const char *const keys[] = { "name", PCRS_KEY, "revoked", NULL };
	struct span name, why = { 0 };
	const struct json *pcrs;
	struct release *r = &v->v[v->n];
	if (!only(j, keys, e) || !json_need_text(j, "name", &name, e) ||
	    !json_need(j, PCRS_KEY, JSON_KIND_MAP, &pcrs, e) ||
	    !json_opt_text(j, "revoked", &why, e) ||
	    !read_registers(pcrs, a, &r->pcrs, e))
		return false;
	if (name.n == 0)
		return err_set(e, ERR_INPUT, "a release without a name");
	if (why.p && why.n == 0)
		return err_set(e, ERR_INPUT, "a revocation without a reason");
	r->name = arena_cstr(a, name);
	v->revoked[v->n] = why.p ? arena_cstr(a, why) : NULL;
	if (!r->name || (why.p && !v->revoked[v->n]))
		return err_full(e, "an environment");
	if (environment_find(v, r->name) < v->n)
		return err_set(e, ERR_INPUT, "%s is there twice", show(name).s);
	v->n++;
	return true;
}

static bool
read_all(const struct json *j, struct arena *a, struct environment *v,
	 struct err *e)
{
	static const char *const keys[] = { "schema", "releases", NULL };
	const struct json *list;
	if (!span_is(json_text(json_get(j, "schema")), ENVIRONMENT_SCHEMA))
		return err_set(e, ERR_INPUT,
			       "not the schema " ENVIRONMENT_SCHEMA);
	if (!only(j, keys, e) ||
	    !json_need(j, "releases", JSON_KIND_LIST, &list, e))
		return false;
	size_t n = json_count(list);
	if (n > ENVIRONMENT_MAX)
		return err_set(e, ERR_LIMIT, "more than 4096 releases");
	v->v = NEW(a, struct release, n + 1);
	v->revoked = NEW(a, const char *, n + 1);
	if (!v->v || !v->revoked)
		return err_full(e, "an environment");
	for (size_t i = 0; i < n; i++)
		if (!read_release(json_at(list, i), a, v, e))
			return err_ctx(e, "release %zu", i + 1);
	return true;
}

bool
environment_parse(struct span text, struct arena *a, struct environment *out,
		  struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct environment v = { 0 };
	if (!json_parse(text, &j, e) || !read_all(j, a, &v, e))
		return false;
	*out = v;
	return true;
}

static void
put_registers(struct jw *w, const struct pcr_set *s)
{
	jw_map(w, PCRS_KEY);
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		char key[3] = { (char)('0' + i / 10), (char)('0' + i % 10), 0 };
		if (s->mask >> i & 1)
			jw_hex(w, i < 10 ? key + 1 : key, s->v[i]);
	}
	jw_end(w);
}

bool
environment_put(struct buf *b, const struct environment *v, struct err *e)
{
	struct jw w = jw_into(b, 2);
	jw_map(&w, NULL);
	jw_str(&w, "schema", ENVIRONMENT_SCHEMA);
	jw_list(&w, "releases");
	for (size_t i = 0; i < v->n; i++) {
		jw_map(&w, NULL);
		jw_str(&w, "name", v->v[i].name);
		put_registers(&w, &v->v[i].pcrs);
		jw_str(&w, "revoked", v->revoked[i]);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	buf_u8(b, '\n');
	return jw_ok(&w, e);
}

size_t
environment_find(const struct environment *v, const char *name)
{
	size_t i = 0;
	while (i < v->n && strcmp(v->v[i].name, name) != 0)
		i++;
	return i;
}

static bool
same(const struct pcr_set *a, const struct pcr_set *b)
{
	return a->mask == b->mask && !pcr_differing(a, b);
}

bool
environment_add(struct environment *v, const struct release *r, struct arena *a,
		struct err *e)
{
	size_t i = environment_find(v, r->name);
	if (i < v->n && v->revoked[i]) {
		err_set(e, ERR_REFUSED, "%s is revoked: %s",
			show_str(r->name).s, show_str(v->revoked[i]).s);
		return err_id(e, "release-revoked");
	}
	if (i < v->n) {
		if (same(&v->v[i].pcrs, &r->pcrs))
			return true;
		err_set(e, ERR_REFUSED, "%s is there with other registers",
			show_str(r->name).s);
		return err_id(e, "release-taken");
	}
	if (v->n >= ENVIRONMENT_MAX)
		return err_set(e, ERR_LIMIT, "more than 4096 releases");
	struct environment more = { NEW(a, struct release, v->n + 1),
				    NEW(a, const char *, v->n + 1), v->n + 1 };
	if (!more.v || !more.revoked)
		return err_full(e, "an environment");
	for (size_t k = 0; k < v->n; k++) {
		more.v[k] = v->v[k];
		more.revoked[k] = v->revoked[k];
	}
	more.v[v->n] = *r;
	*v = more;
	return true;
}
