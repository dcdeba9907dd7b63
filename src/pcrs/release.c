#include "pcrs/release.h"

#include "base/fmt.h"
#include "codec/json.h"
#include "pcrs/format.h"

static const uint8_t zeros[PCR_SIZE];

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
	bool unsigned_image = span_is(key, "8") && !pcr_has(s, 8) &&
			      json_kind(v) == JSON_KIND_NULL;
	if (!unsigned_image)
		return pcr_read(key, json_text(v), a, s, e);
	pcr_put(s, 8, span_of(zeros, sizeof(zeros)));
	return true;
}

static bool
named(const struct json *j, const char *name_key, const char *version_key,
      struct arena *a, struct release *r, struct err *e)
{
	struct span name = { 0 }, version = { 0 };
	if (!json_opt_text(j, name_key, &name, e) ||
	    !json_opt_text(j, version_key, &version, e))
		return false;
	if (!name.n && !version.n)
		return true; /* the fallback stays */
	r->name = arena_fmt(a, "%s%s%s", show(name).s,
			    name.n && version.n ? " " : "", show(version).s);
	return r->name || err_full(e, "a release");
}

static bool
ours(const struct json *j, struct arena *a, struct release *r, struct err *e)
{
	struct json_iter it = { 0 };
	struct span name;
	const struct json *pcrs;
	if (!json_need_text(j, "name", &name, e) ||
	    !named(j, "name", "version", a, r, e) ||
	    !json_need(j, PCRS_KEY, JSON_KIND_MAP, &pcrs, e))
		return false;
	while (json_each(pcrs, &it))
		if (!put(&r->pcrs, it.key, it.value, a, e))
			return false;
	return true;
}

/* A map of "PCR0" and so on, as AWS's tools and others write it. */
static bool
registers(const struct json *m, struct arena *a, struct release *r,
	  struct err *e)
{
	struct json_iter it = { 0 };
	if (json_kind(m) != JSON_KIND_MAP)
		return err_set(e, ERR_INPUT, "Measurements are no object");
	while (json_each(m, &it)) {
		if (span_is(it.key, MEASUREMENTS_ALGORITHM))
			continue;
		if (!span_starts(it.key, SPAN(MEASUREMENTS_PREFIX)))
			return bad_index(it.key, e);
		if (!put(&r->pcrs, span_from(it.key, 3), it.value, a, e))
			return false;
	}
	return true;
}

/* Requires the registers that this form must have. */
static bool
whole(const struct release *r, bool bare, struct err *e)
{
	uint32_t mask = r->pcrs.mask;
	if ((mask & 7) == 7)
		return true;
	if (!bare || mask != UINT32_C(1) << 8)
		return err_set(e, ERR_INPUT,
			       "PCR0, PCR1 and PCR2 are not all there");
	if (!span_is_zero(r->pcrs.v[8]))
		return true;
	err_set(e, ERR_INPUT, "PCR8 alone, and it is zero");
	return err_hint(e, "every unsigned image has that: give the PCR8 of"
			   " a certificate (veraclave pcr"
			   " --signing-certificate FILE)");
}

static bool
nitro_cli(const struct json *j, const struct json *m, struct arena *a,
	  struct release *r, struct err *e)
{
	return named(j, "ImageName", "ImageVersion", a, r, e) &&
	       registers(m, a, r, e) && whole(r, false, e);
}

/* Of a register that has no number. */
static bool
no_number(struct err *e)
{
	err_set(e, ERR_INPUT, "a value without the number of its register");
	return err_hint(e, "\"pcr --input\" cannot know which one a file is"
			   " measured into: give --pcr N=HEX");
}

static bool
unknown_form(struct err *e)
{
	err_set(e, ERR_INPUT,
		"neither the schema nitro-pcrs/1 nor nitro-cli's Measurements"
		" nor a map of PCR0, PCR1 and PCR2");
	err_id(e, "pcrs-form");
	return err_hint(e, "give a build's pcrs.json, or what nitro-cli"
			   " printed for the image");
}

static bool
one(const struct json *j, struct arena *a, struct release *r, struct err *e)
{
	const struct json *m = json_get(j, MEASUREMENTS_KEY);
	struct span schema = json_text(json_get(j, "schema"));
	if (span_is(schema, PCRS_SCHEMA))
		return ours(j, a, r, e) && whole(r, false, e);
	if (json_get(j, "schema"))
		return unknown_form(e);
	if (m)
		return nitro_cli(j, m, a, r, e);
	if (json_get(j, "PCR"))
		return no_number(e);
	if (json_get(j, "PCR0") || json_get(j, "PCR8"))
		return registers(j, a, r, e) && whole(r, true, e);
	return unknown_form(e);
}

static const char *
text_or(const struct json *j, const char *key, const char *other)
{
	struct span s = json_text(json_get(j, key));
	return s.n ? (const char *)s.p : other;
}

/* A list is what describe-enclaves prints: of one enclave. */
static bool
either(const struct json *j, struct arena *a, struct release *r, struct err *e)
{
	size_t n = json_count(j);
	if (json_kind(j) != JSON_KIND_LIST)
		return one(j, a, r, e);
	if (n == 1)
		return one(json_at(j, 0), a, r, e);
	if (n == 0) {
		err_set(e, ERR_INPUT, "an empty list");
		err_id(e, "pcrs-form");
		return err_hint(e, "no enclave was running when it was made");
	}
	const struct json *first = json_at(j, 0), *second = json_at(j, 1);
	err_set(e, ERR_INPUT, "a list of %zu enclaves: %s, %s%s", n,
		show_str(text_or(first, "EnclaveName", "one")).s,
		show_str(text_or(second, "EnclaveName", "another")).s,
		n > 2 ? " and more" : "");
	err_id(e, "pcrs-several");
	return err_hint(e, "cut one out of it, as with jq '.[0]'");
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
