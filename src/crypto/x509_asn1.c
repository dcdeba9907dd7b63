#include "crypto/x509_asn1.h"

/* OpenSSL's macros want one word for a type. */
typedef struct asn1_key ASN1_CERT_KEY;
typedef struct asn1_validity ASN1_CERT_VALIDITY;
typedef struct asn1_tbs ASN1_CERT_TBS;
typedef struct asn1_cert ASN1_CERT;

/* clang-format off */
ASN1_SEQUENCE(ASN1_CERT_KEY) = {
	ASN1_SIMPLE(ASN1_CERT_KEY, algor, X509_ALGOR),
	ASN1_SIMPLE(ASN1_CERT_KEY, bits, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(ASN1_CERT_KEY)

ASN1_SEQUENCE(ASN1_CERT_VALIDITY) = {
	ASN1_SIMPLE(ASN1_CERT_VALIDITY, from, ASN1_TIME),
	ASN1_SIMPLE(ASN1_CERT_VALIDITY, to, ASN1_TIME),
} static_ASN1_SEQUENCE_END(ASN1_CERT_VALIDITY)

ASN1_SEQUENCE_enc(ASN1_CERT_TBS, enc, NULL) = {
	ASN1_EXP_OPT(ASN1_CERT_TBS, version, ASN1_INTEGER, 0),
	ASN1_SIMPLE(ASN1_CERT_TBS, serial, ASN1_INTEGER),
	ASN1_SIMPLE(ASN1_CERT_TBS, algor, X509_ALGOR),
	ASN1_SIMPLE(ASN1_CERT_TBS, issuer, X509_NAME),
	ASN1_SIMPLE(ASN1_CERT_TBS, validity, ASN1_CERT_VALIDITY),
	ASN1_SIMPLE(ASN1_CERT_TBS, subject, X509_NAME),
	ASN1_SIMPLE(ASN1_CERT_TBS, key, ASN1_CERT_KEY),
	ASN1_IMP_OPT(ASN1_CERT_TBS, issuer_id, ASN1_BIT_STRING, 1),
	ASN1_IMP_OPT(ASN1_CERT_TBS, subject_id, ASN1_BIT_STRING, 2),
	ASN1_EXP_SEQUENCE_OF_OPT(ASN1_CERT_TBS, extensions, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END_ref(ASN1_CERT_TBS, ASN1_CERT_TBS)

ASN1_SEQUENCE(ASN1_CERT) = {
	ASN1_SIMPLE(ASN1_CERT, tbs, ASN1_CERT_TBS),
	ASN1_SIMPLE(ASN1_CERT, algor, X509_ALGOR),
	ASN1_SIMPLE(ASN1_CERT, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(ASN1_CERT)
/* clang-format on */

struct asn1_cert *
asn1_cert_read(const uint8_t *der, long n)
{
	return (struct asn1_cert *)ASN1_item_d2i(NULL, &der, n,
						 ASN1_ITEM_rptr(ASN1_CERT));
}

int
asn1_cert_write(const struct asn1_cert *c, uint8_t **der)
{
	return ASN1_item_i2d((const ASN1_VALUE *)c, der,
			     ASN1_ITEM_rptr(ASN1_CERT));
}

void
asn1_cert_free(struct asn1_cert **c)
{
	ASN1_item_free((ASN1_VALUE *)*c, ASN1_ITEM_rptr(ASN1_CERT));
}
