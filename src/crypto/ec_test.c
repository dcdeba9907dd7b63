#include "base/test.h"

#include "crypto/ec.h"

/* P-256's generator (SP 800-186, 3.2.1.3): the public key of the secret 1. */
#define GX "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
#define GY "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
/* The group's order less 1, and 1. */
#define LAST  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
#define ONE   "0000000000000000000000000000000000000000000000000000000000000001"
#define ZERO  "0000000000000000000000000000000000000000000000000000000000000000"
#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"

/* Wrong, and not what could not be checked: with r = -digest the sum of points
 * is the one at infinity, and r and s out of range are no numbers of a
 * signature (FIPS 186-5, 6.4.2). */
TEST(ec_signatures_at_the_edge_are_wrong)
{
	static const char *const rows[] = {
		LAST ONE,  ZERO ONE,  ONE ZERO,  ORDER ONE,
		ONE ORDER, ZERO ZERO, LAST LAST, ORDER ORDER,
	};
	DEFER(ec_pub_finish) struct ec_pub k = { 0 };
	struct err e = { 0 };
	CHECK_OK(t, ec_pub_from_point(&k, EC_P256, test_hex(t, "04" GX GY), &e),
		 &e);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err why = { 0 };
		CHECK(t, !ec_verify_digest(&k, test_hex(t, ONE),
					   test_hex(t, rows[i]), &why));
		CHECK_OK(t, why.code == ERR_REFUSED, &why);
	}
}

/* The input's fault, whichever way the key is made. */
TEST(ec_points_that_are_none)
{
	static const char *const rows[] = { "04" GX GX,     "04" LAST LAST,
					    "04" ZERO ZERO, "05" GX GY,
					    "04" GX,        "02" GX };
	DEFER(ec_pub_finish) struct ec_pub like = { 0 };
	struct err e = { 0 };
	CHECK_OK(t,
		 ec_pub_from_point(&like, EC_P256, test_hex(t, "04" GX GY), &e),
		 &e);
	for (size_t i = 0; i < COUNT(rows); i++)
		for (unsigned with = 0; with < 2; with++) {
			struct ec_pub k;
			struct err why = { 0 };
			CHECK(t, !ec_pub_like(&k, with ? &like : NULL, EC_P256,
					      test_hex(t, rows[i]), &why));
			CHECK_OK(t, why.code == ERR_INPUT, &why);
		}
}
