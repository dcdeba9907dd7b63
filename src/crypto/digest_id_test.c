#include "base/test.h"

#include "crypto/digest_id.h"

#define HEX64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

TEST(digest_both_ways)
{
	static const char *const bad[] = {
		"",
		"sha256",
		"sha256:",
		"sha384:" HEX64,
		"sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA49599"
		"1B7852B855",
		"sha512:" HEX64,
		"sha256:" HEX64 "00",
		"SHA256:" HEX64,
	};
	struct err e = { 0 };
	struct digest_id d;
	struct hash h;
	struct span none = { 0 };
	CHECK_OK(t, digest_id_parse(SPAN("sha256:" HEX64), &d, &e), &e);
	CHECK_OK(t, digest_of(DIGEST_SHA256, &none, 1, &h, &e), &e);
	CHECK_SPAN(t, hash_span(&h), hash_span(&d.hash));
	CHECK_SPAN(t, digest_id_hex(&d), SPAN(HEX64));
	CHECK_STR(t, digest_id_text(&t->arena, d.kind, &d.hash),
		  "sha256:" HEX64);
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK(t, !digest_id_parse(span_str(bad[i]), &d, &e));
}
