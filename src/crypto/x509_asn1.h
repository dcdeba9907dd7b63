/*
 * The ASN.1 of a certificate (RFC 5280 section 4.1) for OpenSSL's decoder, with
 * the public key left as the bits that it is. OpenSSL's own X509 makes a key
 * object of it while it reads, which in 3.0 takes six times as long as all the
 * rest, and which nobody here uses. For the files of x509.h alone.
 */
#pragma once

#include <openssl/asn1t.h>
#include <openssl/x509.h>

struct cert_key {
	X509_ALGOR *algor;
	ASN1_BIT_STRING *bits;
};

struct cert_validity {
	ASN1_TIME *from, *to;
};

struct cert_tbs {
	ASN1_ENCODING enc;     /* as it was read: what was signed stays that */
	ASN1_INTEGER *version; /* NULL: 1 */
	ASN1_INTEGER *serial;
	X509_ALGOR *algor;
	X509_NAME *issuer;
	struct cert_validity *validity;
	X509_NAME *subject;
	struct cert_key *key;
	ASN1_BIT_STRING *issuer_id, *subject_id;
	STACK_OF(X509_EXTENSION) * extensions;
};

struct cert_asn1 {
	struct cert_tbs *tbs;
	X509_ALGOR *algor;
	ASN1_BIT_STRING *signature;
};

/* NULL when it is none. DEFER(cert_asn1_free) on a pointer variable. */
struct cert_asn1 *cert_asn1_read(const uint8_t *der, long n);
/* Its DER form in OpenSSL's memory; the size, or 0 or less. */
int cert_asn1_write(const struct cert_asn1 *c, uint8_t **der);
void cert_asn1_free(struct cert_asn1 **c);
