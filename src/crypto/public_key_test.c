#include "base/test.h"

#include "crypto/public_key.h"

TEST(a_public_key_and_never_a_private_one)
{
	static const uint8_t pkcs8[] = { 0x30, 5, 2, 1, 0, 0x30, 0 };
	static const uint8_t ec[] = { 0x30, 0x81, 5, 2, 1, 1, 4, 0 };
	static const uint8_t spki[] = { 0x30, 4, 0x30, 0, 3, 0 };
	static const uint8_t pkcs1[] = { 0x30, 7, 2, 2, 0x40, 1, 2, 1, 3 };
	static const char *const bad[] = {
		"-----BEGIN PRIVATE KEY-----\nMAA=\n"
		"-----END PRIVATE KEY-----\n",
		"-----BEGIN EC PRIVATE KEY-----\nMAA=\n"
		"-----END EC PRIVATE KEY-----\n",
		"x\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
	};
	struct err e = { 0 };
	struct span v, s = span_of(spki, sizeof spki);
	CHECK(t, public_key_read(s, &t->arena, &v, &e) && span_eq(s, v));
	s = span_of(pkcs1, sizeof pkcs1);
	CHECK(t, public_key_read(s, &t->arena, &v, &e) && span_eq(s, v));
	s = SPAN("-----BEGIN PUBLIC KEY-----\nMAA=\n"
		 "-----END PUBLIC KEY-----\n");
	CHECK_OK(t, public_key_read(s, &t->arena, &v, &e), &e);
	CHECK_SPAN(t, v, SPAN("0\0"));
	s = span_of(pkcs8, sizeof pkcs8);
	CHECK(t, !public_key_read(s, &t->arena, &v, &e));
	CHECK_STR(t, e.id, "key-private");
	s = span_of(ec, sizeof ec);
	CHECK(t, !public_key_read(s, &t->arena, &v, &e));
	for (size_t i = 0; i < COUNT(bad); i++) {
		CHECK(t, !public_key_read(span_str(bad[i]), &t->arena, &v, &e));
		CHECK_STR(t, e.id, "key-private");
		CHECK(t, e.code == ERR_REFUSED);
	}
	s = SPAN("-----BEGIN CERTIFICATE-----\nMAA=\n"
		 "-----END CERTIFICATE-----\n");
	CHECK(t, !public_key_read(s, &t->arena, &v, &e));
	CHECK_HAS(t, e.msg, "CERTIFICATE");
}
