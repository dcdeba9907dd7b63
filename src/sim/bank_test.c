#include "base/test.h"

#include <string.h>

#include "codec/json.h"
#include "sim/bank.h"

static struct span
hex_text(struct test *t, const struct json *v)
{
	return test_hex(t, (const char *)json_text(v).p);
}

static void
one_sequence(struct test *t, const struct json *v)
{
	const struct json *data = json_get(v, "data_hex"),
			  *after = json_get(v, "after_each");
	enum nsm_error said;
	struct err e = { 0 };
	struct bank b;
	bank_reset(&b);
	CHECK_SPAN(t, bank_value(&b, 16), hex_text(t, json_get(v, "start")));
	for (size_t i = 0; i < json_count(data); i++) {
		struct span d = hex_text(t, json_at(data, i));
		CHECK_OK(t, bank_extend(&b, 16, d, &said, &e), &e);
		CHECK_U(t, said, NSM_SUCCESS);
		CHECK_SPAN(t, bank_value(&b, 16),
			   hex_text(t, json_at(after, i)));
	}
}

TEST(extending_gives_the_known_answers)
{
	DEFER(json_release) struct json *j = NULL;
	struct err e = { 0 };
	struct span text = test_fixture(t, "nitro/kat/pcr_extend.json");
	if (t->skip || !CHECK_OK(t, json_parse(text, &j, &e), &e))
		return;
	const struct json *all = json_get(j, "vectors");
	CHECK(t, json_count(all) >= 4);
	for (size_t i = 0; i < json_count(all); i++)
		if (json_get(json_at(all, i), "after_each"))
			one_sequence(t, json_at(all, i));
}

/* The instance ids and registers of documents that hardware made. */
TEST(pcr4_is_that_of_real_documents)
{
	DEFER(json_release) struct json *j = NULL;
	struct err e = { 0 };
	struct span text = test_fixture(t, "nitro/kat/pcr4.json");
	if (t->skip || !CHECK_OK(t, json_parse(text, &j, &e), &e))
		return;
	const struct json *all = json_get(j, "from_real_documents");
	CHECK(t, json_count(all) >= 26);
	for (size_t i = 0; i < json_count(all); i++) {
		const struct json *v = json_at(all, i);
		struct bank_boot boot = { 0 };
		struct bank b;
		boot.instance_id = json_text(json_get(v, "instance_id"));
		CHECK_OK(t, bank_boot(&b, &boot, &e), &e);
		CHECK_SPAN(t, bank_value(&b, 4),
			   hex_text(t, json_get(v, "pcr4")));
	}
}

TEST(locks_hold)
{
	enum nsm_error said;
	struct err e = { 0 };
	struct bank b;
	struct span data = SPAN("x");
	bank_reset(&b);
	for (unsigned i = 0; i < 16; i++) {
		CHECK(t, bank_is_locked(&b, i));
		CHECK(t, bank_extend(&b, i, data, &said, &e));
		CHECK_U(t, said, NSM_READ_ONLY_INDEX);
		CHECK_U(t, bank_lock(&b, i), NSM_READ_ONLY_INDEX);
	}
	for (unsigned i = 16; i < 32; i++) {
		CHECK(t, !bank_is_locked(&b, i));
		CHECK(t, bank_extend(&b, i, data, &said, &e));
		CHECK_U(t, said, NSM_SUCCESS);
	}
	CHECK(t, bank_extend(&b, 32, data, &said, &e));
	CHECK_U(t, said, NSM_INVALID_INDEX);
	CHECK_U(t, bank_lock(&b, 32), NSM_INVALID_INDEX);
	CHECK_U(t, bank_lock(&b, 65535), NSM_INVALID_INDEX);
	CHECK(t, !bank_is_locked(&b, 32) && !bank_is_locked(&b, 65535));

	CHECK_U(t, bank_lock(&b, 31), NSM_SUCCESS);
	CHECK_U(t, b.locked, 0x8000ffff);
	CHECK(t, bank_extend(&b, 31, data, &said, &e));
	CHECK_U(t, said, NSM_READ_ONLY_INDEX);
}

TEST(ranges_lock_what_is_below_them)
{
	struct bank b;
	bank_reset(&b);
	CHECK_U(t, bank_lock_range(&b, 0), NSM_SUCCESS);
	CHECK_U(t, b.locked, 0xffff);
	CHECK_U(t, bank_lock_range(&b, 18), NSM_SUCCESS);
	CHECK_U(t, b.locked, 0x3ffff);
	CHECK_U(t, bank_lock_range(&b, 5), NSM_SUCCESS);
	CHECK_U(t, b.locked, 0x3ffff);
	CHECK_U(t, bank_lock_range(&b, 33), NSM_INVALID_INDEX);
	CHECK_U(t, b.locked, 0x3ffff);
	CHECK_U(t, bank_lock_range(&b, 32), NSM_SUCCESS);
	CHECK_U(t, b.locked, 0xffffffff);
}

static bool
is_zero(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			return false;
	return s.n == PCR_SIZE;
}

TEST(debug_mode_zeroes_what_hardware_zeroes)
{
	struct bank_boot boot = { 0 };
	struct err e = { 0 };
	struct bank b;
	uint8_t v[2][PCR_SIZE];
	memset(v[0], 0x11, PCR_SIZE);
	memset(v[1], 0x22, PCR_SIZE);
	pcr_put(&boot.pcrs, 0, span_of(v[0], PCR_SIZE));
	pcr_put(&boot.pcrs, 1, span_of(v[1], PCR_SIZE));
	pcr_put(&boot.pcrs, 2, span_of(v[0], PCR_SIZE));
	pcr_put(&boot.pcrs, 5, span_of(v[0], PCR_SIZE)); /* not measured */
	pcr_put(&boot.pcrs, 8, span_of(v[1], PCR_SIZE));
	boot.role_arn = SPAN("arn:aws:iam::123456789012:role/r");
	boot.instance_id = SPAN("i-0123456789abcdef0");
	CHECK_OK(t, bank_boot(&b, &boot, &e), &e);
	for (unsigned i = 0; i < 32; i++)
		CHECK(t, is_zero(bank_value(&b, i)) == !(i <= 4 || i == 8));
	CHECK_SPAN(t, bank_value(&b, 1), boot.pcrs.v[1]);
	boot.debug = true;
	CHECK_OK(t, bank_boot(&b, &boot, &e), &e);
	for (unsigned i = 0; i < 32; i++)
		CHECK(t, is_zero(bank_value(&b, i)) == !(i == 3 || i == 4));
}
