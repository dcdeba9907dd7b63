/* Numbers, bits, object identifiers and times: ours are those that OpenSSL
 * reads and writes back as the same bytes. */
#include "base/fuzz.h"

#include <openssl/asn1.h>
#include <openssl/err.h>

#include "codec/der.h"

static bool
same(int n, uint8_t *again, struct span in)
{
	bool is = n > 0 && span_eq(span_of(again, (size_t)n), in);
	OPENSSL_free(again);
	return is;
}

static void
number(struct span in)
{
	const uint8_t *p = in.p;
	uint8_t *again = NULL;
	struct reader r = rd_from(in);
	ASN1_INTEGER *peer = d2i_ASN1_INTEGER(NULL, &p, (long)in.n);
	int n = peer ? i2d_ASN1_INTEGER(peer, &again) : -1;
	bool negative = peer && ASN1_STRING_type(peer) == V_ASN1_NEG_INTEGER;
	bool theirs = same(n, again, in) && !negative;
	struct span v = der_unsigned(&r);
	rd_end(&r);
	ASSERT(!r.why == theirs);
	if (theirs)
		ASSERT(span_eq(v, span_of(ASN1_STRING_get0_data(peer),
					  (size_t)ASN1_STRING_length(peer))));
	ASN1_INTEGER_free(peer);
}

static void
bits(struct span in)
{
	unsigned unused;
	const uint8_t *p = in.p;
	uint8_t *again = NULL;
	struct reader r = rd_from(in);
	ASN1_BIT_STRING *peer = d2i_ASN1_BIT_STRING(NULL, &p, (long)in.n);
	int n = peer ? i2d_ASN1_BIT_STRING(peer, &again) : -1;
	bool theirs = same(n, again, in);
	der_bits(&r, &unused);
	rd_end(&r);
	ASSERT(!r.why == theirs);
	ASN1_BIT_STRING_free(peer);
}

static void
oid(struct span in)
{
	const uint8_t *p = in.p;
	uint8_t *again = NULL;
	struct reader r = rd_from(in);
	ASN1_OBJECT *peer = d2i_ASN1_OBJECT(NULL, &p, (long)in.n);
	int n = peer ? i2d_ASN1_OBJECT(peer, &again) : -1;
	bool theirs = same(n, again, in);
	der_oid(&r);
	rd_end(&r);
	ASSERT(!r.why == theirs);
	ASN1_OBJECT_free(peer);
}

/* OpenSSL also reads other forms: RFC 5280's have this length and a Z. */
static bool
their_time(const ASN1_TIME *x, struct tm *tm)
{
	int n = x ? ASN1_STRING_length(x) : 0;
	int want = x && ASN1_STRING_type(x) == V_ASN1_UTCTIME ? 13 : 15;
	return x && n == want && ASN1_STRING_get0_data(x)[n - 1] == 'Z' &&
	       ASN1_TIME_to_tm(x, tm) == 1;
}

static void
moment(struct span in)
{
	struct tm tm = { 0 };
	const uint8_t *p = in.p;
	uint8_t *again = NULL;
	struct reader r = rd_from(in);
	ASN1_TIME *peer = d2i_ASN1_TIME(NULL, &p, (long)in.n);
	int n = peer ? i2d_ASN1_TIME(peer, &again) : -1;
	bool theirs = same(n, again, in) && their_time(peer, &tm);
	struct calendar c = der_time(&r);
	rd_end(&r);
	ASSERT(!r.why == theirs);
	if (theirs)
		ASSERT(c.year == tm.tm_year + 1900 &&
		       (int)c.month == tm.tm_mon + 1 &&
		       (int)c.day == tm.tm_mday && (int)c.hour == tm.tm_hour &&
		       (int)c.minute == tm.tm_min &&
		       (int)c.second == tm.tm_sec);
	ASN1_TIME_free(peer);
}

FUZZ(in)
{
	if (in.n == 0 || in.n > 4096)
		return;
	number(in);
	bits(in);
	oid(in);
	moment(in);
	ERR_clear_error();
}
