#include "base/test.h"

#include <string.h>

#include "eif/kimage.h"

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
