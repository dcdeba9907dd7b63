#include "crypto/x509_asn1.h"

/* OpenSSL's macros want one word for a type. */
typedef struct cert_key CERT_KEY;
typedef struct cert_validity CERT_VALIDITY;
typedef struct cert_tbs CERT_TBS;
typedef struct cert_asn1 CERT_ASN1;

/* clang-format off */
ASN1_SEQUENCE(CERT_KEY) = {
	ASN1_SIMPLE(CERT_KEY, algor, X509_ALGOR),
	ASN1_SIMPLE(CERT_KEY, bits, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(CERT_KEY)

ASN1_SEQUENCE(CERT_VALIDITY) = {
	ASN1_SIMPLE(CERT_VALIDITY, from, ASN1_TIME),
	ASN1_SIMPLE(CERT_VALIDITY, to, ASN1_TIME),
} static_ASN1_SEQUENCE_END(CERT_VALIDITY)

ASN1_SEQUENCE_enc(CERT_TBS, enc, NULL) = {
	ASN1_EXP_OPT(CERT_TBS, version, ASN1_INTEGER, 0),
	ASN1_SIMPLE(CERT_TBS, serial, ASN1_INTEGER),
	ASN1_SIMPLE(CERT_TBS, algor, X509_ALGOR),
	ASN1_SIMPLE(CERT_TBS, issuer, X509_NAME),
	ASN1_SIMPLE(CERT_TBS, validity, CERT_VALIDITY),
	ASN1_SIMPLE(CERT_TBS, subject, X509_NAME),
	ASN1_SIMPLE(CERT_TBS, key, CERT_KEY),
	ASN1_IMP_OPT(CERT_TBS, issuer_id, ASN1_BIT_STRING, 1),
	ASN1_IMP_OPT(CERT_TBS, subject_id, ASN1_BIT_STRING, 2),
	ASN1_EXP_SEQUENCE_OF_OPT(CERT_TBS, extensions, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END_ref(CERT_TBS, CERT_TBS)

ASN1_SEQUENCE(CERT_ASN1) = {
	ASN1_SIMPLE(CERT_ASN1, tbs, CERT_TBS),
	ASN1_SIMPLE(CERT_ASN1, algor, X509_ALGOR),
	ASN1_SIMPLE(CERT_ASN1, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(CERT_ASN1)
/* clang-format on */

struct cert_asn1 *
cert_asn1_read(const uint8_t *der, long n)
{
	return (struct cert_asn1 *)ASN1_item_d2i(NULL, &der, n,
						 ASN1_ITEM_rptr(CERT_ASN1));
}

int
cert_asn1_write(const struct cert_asn1 *c, uint8_t **der)
{
	return ASN1_item_i2d((const ASN1_VALUE *)c, der,
			     ASN1_ITEM_rptr(CERT_ASN1));
}

void
cert_asn1_free(struct cert_asn1 **c)
{
	ASN1_item_free((ASN1_VALUE *)*c, ASN1_ITEM_rptr(CERT_ASN1));
}
