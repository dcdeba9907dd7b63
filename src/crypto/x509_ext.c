#include "crypto/x509_ext.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "codec/der.h"
#include "crypto/ossl.h"

enum { OID_TEXT = 128 };

/* "basicConstraints", or "1.2.3" for what OpenSSL has no name for. */
static const char *
name_of(const X509_EXTENSION *x, struct arena *a)
{
	char oid[OID_TEXT];
	const ASN1_OBJECT *o = X509_EXTENSION_get_object((void *)(uintptr_t)x);
	int n = OBJ_obj2txt(oid, sizeof(oid), o, 0);
	if (n < 0)
		return NULL;
	return arena_cstr(a, span_of(oid, n < OID_TEXT ? (size_t)n : 0));
}

static bool
twice(const STACK_OF(X509_EXTENSION) * x, int at)
{
	X509_EXTENSION *ext = X509v3_get_ext(x, at);
	const ASN1_OBJECT *o = X509_EXTENSION_get_object(ext);
	return X509v3_get_ext_by_OBJ(x, o, -1) != at;
}

/* True when it decodes. */
static bool
read_basic(X509_EXTENSION *ext, struct x509_rules *out)
{
	BASIC_CONSTRAINTS *b = X509V3_EXT_d2i(ext);
	if (!b)
		return false;
	bool ok = true;
	out->has_basic = true;
	out->basic_critical = X509_EXTENSION_get_critical(ext);
	out->ca = b->ca;
	/* RFC 5280, 4.2.1.9: only an authority has a path length. */
	if (b->pathlen) {
		out->has_pathlen = true;
		ok = b->ca &&
		     ASN1_INTEGER_get_uint64(&out->pathlen, b->pathlen) == 1;
	}
	BASIC_CONSTRAINTS_free(b);
	return ok;
}

static bool
read_usage(X509_EXTENSION *ext, struct x509_rules *out)
{
	ASN1_BIT_STRING *bits = X509V3_EXT_d2i(ext);
	if (!bits)
		return false;
	out->has_usage = true;
	for (int i = 0; i < 9; i++)
		if (ASN1_BIT_STRING_get_bit(bits, i))
			out->usage |= 1U << i;
	ASN1_BIT_STRING_free(bits);
	return true;
}

/* KeyPurposeIds; what is not DER is for other purposes than ours. */
static void
read_purposes(X509_EXTENSION *ext, struct x509_rules *out)
{
	static const struct {
		struct span oid;
		enum x509_purpose purpose;
	} rows[] = {
		{ { (const uint8_t *)"\x2b\6\1\5\5\7\3\3", 8 }, X509_FOR_CODE },
		{ { (const uint8_t *)"\x2b\6\1\5\5\7\3\10", 8 },
		  X509_FOR_TIMESTAMPS },
		{ { (const uint8_t *)"\x55\x1d\x25\0", 4 }, X509_FOR_ANY },
	};
	const ASN1_OCTET_STRING *v = X509_EXTENSION_get_data(ext);
	struct reader r = rd_from(span_of(ASN1_STRING_get0_data(v),
					  (size_t)ASN1_STRING_length(v)));
	const uint8_t *outside = der_enter(&r, DER_SEQUENCE);
	out->has_purposes = true;
	out->purposes_critical = X509_EXTENSION_get_critical(ext);
	while (rd_left(&r)) {
		struct span oid = der_oid(&r);
		size_t i = 0;
		while (i < COUNT(rows) && !span_eq(oid, rows[i].oid))
			i++;
		out->purposes |= i < COUNT(rows) ? (unsigned)rows[i].purpose
						 : X509_FOR_OTHERS;
	}
	der_leave(&r, outside);
	rd_end(&r);
	if (r.why)
		out->purposes = X509_FOR_OTHERS;
}

/* Does it decode, if OpenSSL knows its form? An alternative name without names
 * is none (RFC 5280, 4.2.1.6). */
static bool
well_formed(X509_EXTENSION *ext, int nid)
{
	const X509V3_EXT_METHOD *m = X509V3_EXT_get(ext);
	if (!m)
		return true;
	void *v = X509V3_EXT_d2i(ext);
	if (!v)
		return false;
	bool empty = nid == NID_subject_alt_name && sk_GENERAL_NAME_num(v) == 0;
	if (m->it)
		ASN1_item_free(v, ASN1_ITEM_ptr(m->it));
	else
		m->ext_free(v);
	return !empty;
}

/* Extensions that narrow what a certificate is good for, also where they are
 * not critical. No certificate of the hardware has one. */
static bool
narrows(int nid)
{
	return nid == NID_name_constraints || nid == NID_proxyCertInfo;
}

static bool
read_ext(const STACK_OF(X509_EXTENSION) * x, int at, struct arena *a,
	 struct x509_rules *out)
{
	X509_EXTENSION *ext = X509v3_get_ext(x, at);
	int nid = OBJ_obj2nid(X509_EXTENSION_get_object(ext));
	bool known = true, ok = true;
	ERR_clear_error();
	if (nid == NID_basic_constraints)
		ok = read_basic(ext, out);
	else if (nid == NID_key_usage)
		ok = read_usage(ext, out);
	else {
		known = false;
		ok = well_formed(ext, nid);
		if (nid == NID_ext_key_usage)
			read_purposes(ext, out);
	}
	if (!ok && ossl_no_memory())
		return false;
	bool limits =
		!known && (X509_EXTENSION_get_critical(ext) || narrows(nid));
	out->unknown_besides |= limits && nid != NID_ext_key_usage;
	if ((!ok || twice(x, at)) && !out->broken) {
		out->broken = name_of(ext, a);
		return out->broken;
	}
	if (limits && !out->unknown_critical) {
		out->unknown_critical = name_of(ext, a);
		return out->unknown_critical;
	}
	return true;
}

bool
x509_read_rules(const void *x, struct arena *a, struct x509_rules *out,
		struct err *e)
{
	*out = (struct x509_rules){ 0 };
	int n = X509v3_get_ext_count(x);
	for (int i = 0; i < n; i++)
		if (!read_ext(x, i, a, out))
			return ossl_full(e, "a certificate");
	ERR_clear_error();
	return true;
}
