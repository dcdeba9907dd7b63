/* docs/formats/eif.md against the code and the shared vectors. */
#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "codec/hex.h"
#include "eif/content.h"
#include "eif/sig.h"
#include "pcrs/pcr.h"

#define DOCUMENT "docs/formats/eif.md"

struct outcome {
	struct measured m;
	struct hash pcr8;
	struct notes notes;
	struct err e;
	bool read;
};

static bool
read_case(struct span bytes, struct arena *a, struct outcome *o)
{
	struct blob b = blob_of(&bytes);
	struct eif_measure_plan plan = { .single = true };
	struct eif_content c = { 0 };
	struct eifsig sig;
	struct eif f;
	bool ok = eif_open(&b, &f, &o->notes, &o->e) &&
		  eif_measure(&b, &f, &plan, a, &o->m, &o->e) &&
		  eif_content_read(&b, &f, a, &c, &o->notes, &o->e);
	eif_content_finish(&c);
	if (!ok || !c.is_signed)
		return ok;
	if (!eifsig_parse(c.signature, a, &sig, &o->notes, &o->e))
		return err_id(&o->e, "eif-signature");
	enum eifsig_verdict v;
	if (!eifsig_check(&sig, hash_span(&o->m.pcr0), &v, &o->e))
		return false;
	if (v != EIFSIG_GOOD)
		note_warn(&o->notes, "eif-signature-check", "not good");
	return pcr_of_data(sig.cert.der, &o->pcr8, &o->e);
}

/* "| `a` | b | `c` `d` |": the n-th cell, without quotes of one word. */
static struct span
cell(struct span line, unsigned n)
{
	struct span rest = line, out = { 0 };
	for (unsigned i = 0; i <= n + 1; i++)
		out = span_cut(&rest, '|');
	out = span_trim(out);
	if (out.n > 2 && out.p[0] == '`' &&
	    span_find(span_from(out, 1), '`') == out.n - 2)
		out = span_sub(out, 1, out.n - 2);
	return out;
}

/* The lines of the table with this heading. */
static struct span
table(struct test *t, struct span doc, const char *heading)
{
	struct span rest = doc;
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		if (!span_starts(line, span_str(heading)))
			continue;
		span_cut(&rest, '\n'); /* the rule under it */
		return rest;
	}
	CHECK_STR(t, "no such table", heading);
	return rest;
}

static void
check_pcr(struct test *t, const struct json *want, const char *name,
	  const struct hash *h)
{
	struct span text = json_text(json_get(want, name));
	if (text.n || h->n)
		CHECK_SPAN(t, text, span_str(hex_of(&t->arena, hash_span(h))));
}

static void
check_pcrs(struct test *t, const struct json *want, const struct outcome *o)
{
	check_pcr(t, want, "PCR0", &o->m.pcr0);
	check_pcr(t, want, "PCR1", &o->m.pcr1);
	check_pcr(t, want, "PCR2", &o->m.pcr2);
}

/* Each name of the cell was remarked, and nothing else but eif-kernel. */
static void
check_notes(struct test *t, struct span names, const struct outcome *o)
{
	size_t n = 1;
	CHECK(t, note_has(&o->notes, "eif-kernel"));
	while (!span_is(names, "-") && names.n) {
		struct span id = span_cut(&names, ' ');
		bool found = false;
		n++;
		while (id.n && *id.p == '`')
			id = span_sub(id, 1, id.n - 2);
		for (const struct note *x = o->notes.first; x; x = x->next)
			found = found || span_is(id, x->id);
		CHECK(t, found);
	}
	CHECK_U(t, o->notes.n, n);
}

static void
check_case(struct test *t, struct span line, const struct json *expected)
{
	char path[160];
	struct span name = cell(line, 0), names = cell(line, 2);
	struct outcome o = { .notes = { .arena = &t->arena } };
	snprintf(path, sizeof path, "nitro/eif/%.*s", SPAN_ARG(name));
	const char *key = path + strlen("nitro/eif/");
	const struct json *want = json_get(expected, key);
	const struct json *aws =
		json_get(want, "reference_reader_image_format_0_5_0");
	if (!CHECK(t, want != NULL))
		return;
	bool read = read_case(test_fixture(t, path), &t->arena, &o);
	if (!CHECK(t, read == span_is(cell(line, 1), "read")))
		printf("# in case %s\n", key);
	if (!read) {
		CHECK(t, o.e.code == ERR_INPUT && o.e.id &&
				 span_is(names, o.e.id));
		return;
	}
	check_notes(t, names, &o);
	check_pcrs(t, json_get(want, "independent_table_order_measurement"),
		   &o);
	aws = json_get(aws, "Measurements");
	if (aws)
		check_pcrs(t, aws, &o);
	if (aws)
		check_pcr(t, aws, "PCR8", &o.pcr8);
}

TEST(eif_cases_are_decided_as_documented)
{
	DEFER(json_release) struct json *expected = NULL;
	struct err e = { 0 };
	struct span text = test_fixture(t, "nitro/eif/expected.json");
	size_t n = 0;
	if (t->skip)
		return;
	CHECK_OK(t, json_parse(text, &expected, &e), &e);
	struct span rest = table(t, test_repo_file(t, DOCUMENT),
				 "| file | verdict | names");
	while (rest.n && *rest.p == '|') {
		check_case(t, span_cut(&rest, '\n'), expected);
		n++;
	}
	CHECK_U(t, n, json_count(expected));
}

TEST(eif_rules_are_documented)
{
	struct span rest = table(t, test_repo_file(t, DOCUMENT),
				 "| name | verdict | when");
	for (size_t i = 0; i < EIF_RULES; i++) {
		struct span line = span_cut(&rest, '\n');
		CHECK_SPAN(t, cell(line, 0), span_str(eif_rules[i].id));
		CHECK_SPAN(
			t, cell(line, 1),
			span_str(eif_rules[i].refuses ? "refused" : "warning"));
		CHECK_SPAN(t, cell(line, 2), span_str(eif_rules[i].about));
	}
	CHECK(t, !rest.n || *rest.p != '|');
}
