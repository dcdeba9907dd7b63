#include "base/test.h"

#include "codec/hex.h"
#include "codec/json.h"
#include "pcrs/bootstack.h"
#include "pcrs/pcr.h"

TEST(pcr_of_nothing)
{
	/* PCR2 of an image with one ramdisk, as QEMU and AWS's tools print */
	struct hash h;
	struct err e = { 0 };
	CHECK_OK(t, pcr_of_data(SPAN(""), &h, &e), &e);
	CHECK_STR(t, hex_of(&t->arena, hash_span(&h)),
		  "21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8b"
		  "ec7c10edb30948c90ba67310f7b964fc500a");
}

TEST(pcr_of_a_blob_is_that_of_its_bytes)
{
	uint8_t *p = NEW(&t->arena, uint8_t, 20000);
	struct span s = { p, 20000 };
	for (size_t n = 0; n <= s.n; n += 4096 + n / 4) {
		struct span part = span_sub(s, 0, n);
		struct blob b = blob_of(&part);
		struct hash one, two;
		struct err e = { 0 };
		CHECK_OK(t, pcr_of_data(part, &one, &e), &e);
		CHECK_OK(t, pcr_of_blob(&b, &two, &e), &e);
		CHECK_SPAN(t, hash_span(&one), hash_span(&two));
	}
}

TEST(bootstack_knows_what_is_published)
{
	struct err e = { 0 };
	DEFER(json_release) struct json *j = NULL;
	struct span text = test_fixture(t, "nitro/kat/pcr1_known.json");
	if (t->skip)
		return;
	CHECK_OK(t, json_parse(text, &j, &e), &e);
	const struct json *known = json_get(j, "known");
	CHECK(t, json_count(known) > 5);
	for (size_t i = 0; i < json_count(known); i++) {
		struct span hex =
			json_text(json_get(json_at(known, i), "pcr1"));
		struct span arch =
			json_text(json_get(json_at(known, i), "arch"));
		struct span v;
		CHECK_OK(t, hex_parse(hex, &t->arena, &v, &e), &e);
		const struct bootstack *b = bootstack_find(v);
		if (CHECK(t, b != NULL))
			CHECK(t, span_is(arch, b->arch) && *b->name);
	}
	uint8_t zero[PCR_SIZE] = { 0 };
	CHECK(t, !bootstack_find(span_of(zero, sizeof zero)));
}
