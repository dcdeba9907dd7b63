/*
 * For tests: what OpenSSL's own path validation (X509_verify_cert) says about
 * a chain, to compare ours with. Not part of the library.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Findings that tests know; the others are of one kind. */
enum peer_kind {
	PEER_OTHER,
	PEER_EXPIRED,
	PEER_NO_AUTHORITY_ID,
	PEER_NO_SUBJECT_ID,
	PEER_KEY_ID,    /* a key id is not that of the certificate before */
	PEER_NO_ISSUER, /* none was found to follow */
};

/* Something that OpenSSL would have refused the chain for. */
struct peer_finding {
	enum peer_kind kind;
	int code;         /* X509_V_ERR_* */
	size_t cert;      /* its place in what was given */
	const char *name; /* OpenSSL's sentence */
};

enum { PEER_CERTS = 16, PEER_FINDINGS = 64 };
struct peer_verdict {
	struct peer_finding v[PEER_FINDINGS];
	size_t n;
	bool same_subjects; /* two of them have one subject, as OpenSSL
			       compares: upper and lower case are alike, and
			       spaces around do not count */
	bool same_path;     /* it went from leaf to root through all of them, in
			       the order given */
};

/*
 * Certificates in DER, root first and the leaf last. The first is the only
 * trusted one, the rest are what may lie between. At that time, for any
 * purpose, strict (X509_V_FLAG_X509_STRICT), with a root that need not have
 * issued itself. OpenSSL is told to go on after each finding, so that one
 * does not hide another; each neighbour is also asked alone whether it is the
 * issuer (X509_check_issued). ERR_INPUT: it cannot read one of them.
 */
MUST_USE bool path_peer(const struct span *der, size_t n, int64_t at,
			struct peer_verdict *out, struct err *e);
