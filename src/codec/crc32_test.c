#include "base/test.h"

#include "codec/crc32.h"

/* The definition, a bit at a time. */
static uint32_t
plain(struct span s)
{
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < s.n; i++) {
		crc ^= s.p[i];
		for (unsigned k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

TEST(crc32_known)
{
	/* the check value of the catalogue of CRC algorithms */
	CHECK_U(t, crc32_of(0, SPAN("123456789")), 0xcbf43926);
	CHECK_U(t, crc32_of(0, SPAN("")), 0);
	CHECK_U(t, crc32_of(crc32_of(0, SPAN("1234")), SPAN("56789")),
		0xcbf43926);
}

TEST(crc32_against_the_definition_and_joined)
{
	uint8_t *p = NEW(&t->arena, uint8_t, 5000);
	for (size_t i = 0; i < 5000; i++)
		p[i] = (uint8_t)(i * i >> 3);
	struct span all = { p, 5000 };
	uint32_t want = plain(all);
	CHECK_U(t, crc32_of(0, all), want);
	for (size_t cut = 0; cut <= all.n; cut += 1 + cut / 3) {
		struct span b = span_from(all, cut);
		uint32_t a = crc32_of(0, span_sub(all, 0, cut));
		CHECK_U(t, crc32_of(0, b), plain(b));
		CHECK_U(t, crc32_join(a, crc32_of(0, b), b.n), want);
	}
}
