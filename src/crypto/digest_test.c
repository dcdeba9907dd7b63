#include "base/test.h"

#include "codec/hex.h"
#include "crypto/digest.h"

/* FIPS 180-4 example values of "abc". */
TEST(digests_of_abc)
{
	static const struct {
		enum digest_kind kind;
		const char *want;
	} rows[] = {
		{ DIGEST_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a3961"
				 "77a9cb410ff61f20015ad" },
		{ DIGEST_SHA384,
		  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43f"
		  "f5bed8086072ba1e7cc2358baeca134c825a7" },
	};
	struct span in[] = { SPAN("a"), SPAN(""), SPAN("bc") };
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct hash h;
		CHECK_OK(t, digest_of(rows[i].kind, in, COUNT(in), &h, &e), &e);
		CHECK_U(t, h.n, digest_size(rows[i].kind));
		CHECK_STR(t, hex_of(&t->arena, hash_span(&h)), rows[i].want);
	}
}

TEST(a_fork_continues_on_its_own)
{
	struct err e = { 0 };
	struct digest d = { 0 }, f = { 0 };
	struct hash a, b, c;
	struct span abc = SPAN("abc");
	CHECK(t, digest_init(&d, DIGEST_SHA384, &e) &&
			 digest_update(&d, SPAN("ab"), &e) &&
			 digest_fork(&f, &d, &e));
	CHECK(t, digest_final(&d, &a, &e) && digest_update(&f, SPAN("c"), &e) &&
			 digest_final(&f, &b, &e));
	CHECK(t, digest_of(DIGEST_SHA384, &abc, 1, &c, &e));
	CHECK(t, hash_equal(hash_span(&b), hash_span(&c)));
	CHECK(t, !hash_equal(hash_span(&a), hash_span(&c)));
	digest_finish(&d);
}
