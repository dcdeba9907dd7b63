#include "base/test.h"

#include "codec/json.h"
#include "eif/inspect.h"

static struct span
hex_text(struct test *t, const struct json *v)
{
	return test_hex(t, (const char *)json_text(v).p);
}

/* An image signed by AWS's library, against what was measured elsewhere. */
TEST(an_image_gives_its_registers)
{
	DEFER(json_release) struct json *j = NULL;
	DEFER(eif_inspection_finish) struct eif_inspection i = { 0 };
	struct eif_inspect_plan plan = { 0 };
	struct err e = { 0 };
	struct span text = test_fixture(t, "nitro/eif/expected.json");
	const char *path = test_fixture_path(t, "nitro/eif/v4_signed_p384.eif");
	if (t->skip || !CHECK_OK(t, json_parse(text, &j, &e), &e))
		return;
	CHECK(t, i.verdict != EIFSIG_GOOD); /* zeroed is no answer */
	CHECK_OK(t, eif_inspect(path, &plan, &t->arena, &i, &e), &e);
	CHECK(t, i.content.is_signed && i.verdict == EIFSIG_GOOD);
	struct pcr_set s = eif_inspection_pcrs(&i);
	const struct json *row = json_get(j, "v4_signed_p384.eif");
	row = json_get(row, "reference_reader_image_format_0_5_0");
	row = json_get(row, "Measurements");
	if (!CHECK_U(t, json_count(row), 5))
		return;
	CHECK_SPAN(t, s.v[0], hex_text(t, json_get(row, "PCR0")));
	CHECK_SPAN(t, s.v[1], hex_text(t, json_get(row, "PCR1")));
	CHECK_SPAN(t, s.v[2], hex_text(t, json_get(row, "PCR2")));
	CHECK_SPAN(t, s.v[8], hex_text(t, json_get(row, "PCR8")));
}
