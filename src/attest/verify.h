/*
 * The appraisal of a document against what the relying party knows (RFC 9334):
 * a list of checks, each with its result and what decided it, and a verdict.
 *
 * Everything that the answer depends on is in struct expect, time included; the
 * one state is a cache that decides nothing, so any number of threads may
 * verify at once. Fails closed: what was not checked is never a pass.
 */
#pragma once

#include "attest/path.h"
#include "pcrs/environment.h"

/* Zero is no answer. */
enum result { RESULT_UNKNOWN, RESULT_PASS, RESULT_FAIL };
/* "pass", "fail", "unknown". */
const char *result_name(enum result r);

/* Registers of an image that must not run any more, and the reason. */
struct revocation {
	struct pcr_set pcrs;
	const char *reason;
};

/* Whose value this is, for explanations only. */
struct known_value {
	const char *label;
	unsigned pcr;
	struct span value;
};

/* What a key service is to encrypt to public_key with. RSA-2048 is what AWS
 * describes; for larger keys (to 4096) the first gives RESULT_UNKNOWN. */
enum recipient { RECIPIENT_NONE, RECIPIENT_RSA_2048, RECIPIENT_RSA };
/* "none", "rsa-2048", "rsa", and NULL behind the last. */
extern const char *const recipient_names[];

#define EXPECT_ANY_AGE INT64_C(-1)
/* By how many seconds a document may be in the future, unless set otherwise:
 * the clocks of hosts differ. */
enum { EXPECT_SKEW = 300 };

struct expect {
	int64_t at; /* seconds since 1970, 0 .. EXPECT_AT_MAX */
	const struct anchor *anchors;
	size_t nanchors;
	struct pcr_set pcrs; /* each register must match */
	const struct release *releases;
	/* if any are given, all registers of at least one must match */
	size_t nreleases;
	/* What was named and cannot be compared with, and why, as a sentence:
	 * "the environment prod holds no release that may run". Then nothing
	 * passes. NULL: no such thing. */
	const char *empty;
	const struct revocation *revoked;
	size_t nrevoked;
	const struct span *signers; /* PCR8 is one of these, if any */
	size_t nsigners;
	bool need_nonce; /* without one in `nonce` nothing passes */
	/* what these fields have to be, or anything when not there */
	struct maybe nonce, public_key, user_data;
	struct maybe user_data_sha256; /* 32 bytes */
	enum recipient recipient;      /* public_key is one of these */
	int64_t max_age;               /* seconds, or EXPECT_ANY_AGE */
	int64_t skew;                  /* seconds from the future, 0 or more */
	bool allow_debug;              /* registers 0 to 2 may be zero */
	struct known_value *known;
	size_t nknown;
	struct cert_cache *cache; /* saves work and decides nothing; or NULL */
};
/* The field "nonce", "public-key" or "user-data"; NULL when it is none. */
struct maybe *expect_field(struct expect *x, const char *name);
/* The end of year 9999, the last time that certificates can name. */
#define EXPECT_AT_MAX INT64_C(253402300799)

struct check {
	const char *name;
	enum result result;
	const char *code;   /* "ok", or a name of reasons.h */
	const char *detail; /* a sentence, foreign text escaped */
};

enum { CHECKS_MAX = 96 };

struct verdict {
	enum result result;  /* of all checks together */
	enum trust trust;    /* of the root below which the chain stands, or
				TRUST_NONE */
	bool development;    /* such a key was named, used or not */
	const char *release; /* that fits; NULL unless this is a pass */
	bool malformed;      /* it is no document at all */
	bool has_doc;
	struct doc doc; /* when has_doc; nothing of it is proven unless the
			   result is RESULT_PASS */
	struct check check[CHECKS_MAX];
	size_t n;
};

/* The releases of an environment that may run, and the revoked ones: sets these
 * two, in the arena. When none may run, `name` is what is empty. */
MUST_USE bool expect_environment(struct expect *x, const struct environment *v,
				 const char *name, struct arena *a,
				 struct err *e);
/* Sets `known` to the values of the releases; there is room for one more. */
MUST_USE bool expect_known(struct expect *x, struct arena *a, struct err *e);

/* Fills in the verdict, whatever the input is. False only when the arena is
 * full: there is no verdict then. */
MUST_USE bool verify_document(struct span in, const struct expect *x,
			      struct arena *a, struct verdict *out,
			      struct err *e);
/* The same for a document that may be text (text.h). */
MUST_USE bool verify_text(struct span in, const struct expect *x,
			  struct arena *a, struct verdict *out, struct err *e);
/* Registers alone, those of a build for example: nothing is proven about who
 * has them. Only what `x` says about registers and time is looked at. */
MUST_USE bool verify_registers(const struct pcr_set *got,
			       const struct expect *x, struct arena *a,
			       struct verdict *out, struct err *e);
/* The check with that name, or NULL. */
const struct check *verdict_check(const struct verdict *v, const char *name);
