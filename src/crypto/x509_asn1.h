/*
 * The ASN.1 of a certificate (RFC 5280 section 4.1) for OpenSSL's decoder, with
 * the public key left as the bits that it is. OpenSSL's own X509 makes a key
 * object of it while it reads, which in 3.0 takes six times as long as all the
 * rest, and which nobody here uses. For the files of x509.h alone.
 */
#pragma once

#include <openssl/asn1t.h>
#include <openssl/x509.h>

struct asn1_key {
	X509_ALGOR *algor;
	ASN1_BIT_STRING *bits;
};

struct asn1_validity {
	ASN1_TIME *from, *to;
};

struct asn1_tbs {
	ASN1_ENCODING enc;     /* as it was read: what was signed stays that */
	ASN1_INTEGER *version; /* NULL: 1 */
	ASN1_INTEGER *serial;
	X509_ALGOR *algor;
	X509_NAME *issuer;
	struct asn1_validity *validity;
	X509_NAME *subject;
	struct asn1_key *key;
	ASN1_BIT_STRING *issuer_id, *subject_id;
	STACK_OF(X509_EXTENSION) * extensions;
};

struct asn1_cert {
	struct asn1_tbs *tbs;
	X509_ALGOR *algor;
	ASN1_BIT_STRING *signature;
};

/* NULL when it is none. DEFER(asn1_cert_free) on a pointer variable. */
struct asn1_cert *asn1_cert_read(const uint8_t *der, long n);
/* Its DER form in OpenSSL's memory; the size, or 0 or less. */
int asn1_cert_write(const struct asn1_cert *c, uint8_t **der);
void asn1_cert_free(struct asn1_cert **c);
