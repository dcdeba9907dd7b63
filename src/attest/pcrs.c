#include "attest/pcrs.h"

#include "attest/text.h"
#include "base/fmt.h"
#include "codec/json.h"

static const uint8_t zeros[DOC_PCR_SIZE];

static bool
bad_index(struct span key, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s is no register from 0 to 31",
		       show(key).s);
}

static bool
put(struct pcr_set *s, struct span key, const struct json *v, struct arena *a,
    struct err *e)
{
	unsigned i;
	if (!pcr_index(key, &i))
		return bad_index(key, e);
	if (s->mask >> i & 1)
		return err_set(e, ERR_INPUT, "PCR%u is there twice", i);
	if (i == 8 && json_kind(v) == JSON_KIND_NULL)
		s->v[i] = span_of(zeros, sizeof(zeros));
	else if (!pcr_parse(json_text(v), a, &s->v[i], e)) {
		if (e->code == ERR_USAGE)
			e->code = ERR_INPUT; /* not full memory */
		return err_ctx(e, "PCR%u", i);
	}
	s->mask |= UINT32_C(1) << i;
	return true;
}

static bool
ours(const struct json *j, struct arena *a, struct release *r, struct err *e)
{
	struct json_iter it = { 0 };
	struct span name, version = { 0 };
	const struct json *pcrs;
	if (!json_need_text(j, "name", &name, e) ||
	    !json_opt_text(j, "version", &version, e) ||
	    !json_need(j, "pcrs", JSON_KIND_MAP, &pcrs, e))
		return false;
	if (name.n || version.n) /* else the fallback stays */
		r->name = arena_fmt(a, "%s%s%s", show(name).s,
				    name.n && version.n ? " " : "",
				    show(version).s);
	if (!r->name)
		return err_full(e, "a release");
	while (json_each(pcrs, &it))
		if (!put(&r->pcrs, it.key, it.value, a, e))
			return false;
	return true;
}

static bool
nitro_cli(const struct json *m, struct arena *a, struct release *r,
	  struct err *e)
{
	struct json_iter it = { 0 };
	while (json_each(m, &it)) {
		if (span_is(it.key, "HashAlgorithm"))
			continue;
		if (!span_starts(it.key, SPAN("PCR")))
			return bad_index(it.key, e);
		if (!put(&r->pcrs, span_from(it.key, 3), it.value, a, e))
			return false;
	}
	return true;
}

static bool
either(const struct json *j, struct arena *a, struct release *r, struct err *e)
{
	const struct json *m = json_get(j, "Measurements");
	struct span schema = json_text(json_get(j, "schema"));
	bool ok = false;
	if (span_is(schema, "nitro-pcrs/1"))
		ok = ours(j, a, r, e);
	else if (m)
		ok = nitro_cli(m, a, r, e);
	else
		err_set(e, ERR_INPUT,
			"neither the schema nitro-pcrs/1 nor"
			" nitro-cli's Measurements");
	if (!ok)
		return false;
	if ((r->pcrs.mask & 7) == 7)
		return true;
	return err_set(e, ERR_INPUT, "PCR0, PCR1 and PCR2 are not all there");
}

bool
release_parse(struct span text, const char *fallback, struct arena *a,
	      struct release *out, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct release r = { .name = fallback };
	if (!json_parse_max(text, 65536, &j, e) || !either(j, a, &r, e))
		return false;
	*out = r;
	return true;
}
