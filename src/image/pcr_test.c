#include "base/test.h"

#include <string.h>

#include "codec/hex.h"
#include "codec/json.h"
#include "image/bootstack.h"
#include "image/kimage.h"
#include "image/pcr.h"

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

static struct kimage
look(struct test *t, const uint8_t *p, size_t n)
{
	struct span s = { p, n };
	struct blob b = blob_of(&s);
	struct err e = { 0 };
	struct kimage k;
	CHECK_OK(t, kimage_look(&b, &t->arena, &k, &e), &e);
	return k;
}

TEST(kimage_bzimage)
{
	uint8_t p[0x400] = { 0 };
	memcpy(p + 0x1fe, "\x55\xaa", 2);
	memcpy(p + 0x202, "HdrS", 4);
	memcpy(p + 0x20e, "\x00\x01", 2);
	memcpy(p + 0x300, "6.12.43 (x@y) #1", 16);
	struct kimage k = look(t, p, sizeof p);
	CHECK(t, k.kind == KIMAGE_BZIMAGE);
	CHECK_SPAN(t, k.version, SPAN("6.12.43"));
	CHECK(t, kimage_misfit(&k, 0) == NULL);
	CHECK_HAS(t, kimage_misfit(&k, 1), "x86_64");
	/* a version string outside the file, or that does not end */
	for (size_t n = 0x238; n <= 0x307; n++) {
		k = look(t, p, n);
		CHECK(t, k.kind == KIMAGE_BZIMAGE && k.version.n == 0);
	}
	memset(p + 0x300, 'x', 0x100);
	CHECK_U(t, look(t, p, sizeof p).version.n, 0);
	memcpy(p + 0x20e, "\xff\xff", 2);
	CHECK_U(t, look(t, p, sizeof p).version.n, 0);
	CHECK(t, look(t, p, 0x237).kind == KIMAGE_UNKNOWN);
	p[0x203] = 0;
	CHECK(t, look(t, p, sizeof p).kind == KIMAGE_UNKNOWN);
}

TEST(kimage_arm64)
{
	uint8_t p[0x400] = { 0 };
	memcpy(p + 0x38, "ARM\x64", 4);
	struct kimage k = look(t, p, sizeof p);
	CHECK(t, k.kind == KIMAGE_ARM64);
	CHECK_HAS(t, kimage_misfit(&k, 1), "text offset of 0");
	CHECK_HAS(t, kimage_misfit(&k, 0), "aarch64");
	p[10] = 0x20;
	k = look(t, p, sizeof p);
	CHECK_U(t, k.text_offset, 0x200000);
	CHECK(t, kimage_misfit(&k, 1) == NULL);
	CHECK_STR(t, kimage_arch(k.kind), "aarch64");
}
