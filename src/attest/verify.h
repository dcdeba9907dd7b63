/*
 * The appraisal of a document against what the relying party knows (RFC 9334):
 * a list of checks, each with its result and what decided it, and a verdict.
 *
 * The verdict depends only on the document and on struct expect, which includes
 * the time. The only state is a cache that does not affect the verdict, so any
 * number of threads may verify at once. An unchecked fact is never a pass.
 */
#pragma once

#include "attest/path.h"
#include "pcrs/environment.h"

/* Zero means that there is no answer. */
enum result { RESULT_UNKNOWN, RESULT_PASS, RESULT_FAIL };
/* "pass", "fail", "unknown". */
const char *result_name(enum result r);

/* Registers of an image that must not run any more, and the reason. */
struct revocation {
	struct pcr_set pcrs;
	const char *reason;
};

/* A labelled register value, for explanations only. */
struct known_value {
	const char *label;
	unsigned pcr;
	struct span value;
};

/* The kind of public_key that a key service can encrypt to. AWS describes
 * RSA-2048; for larger keys (up to 4096 bits) RECIPIENT_RSA_2048 gives
 * RESULT_UNKNOWN. */
enum recipient { RECIPIENT_NONE, RECIPIENT_RSA_2048, RECIPIENT_RSA };
/* "none", "rsa-2048", "rsa", and NULL after the last. */
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
	/* Why a named expectation has no content, as a sentence: "the
	 * environment prod holds no release that may run". If it is set, no
	 * document passes. NULL: every expectation has content. */
	const char *empty;
	const struct revocation *revoked;
	size_t nrevoked;
	const struct span *signers; /* if any, PCR8 must be one of these */
	size_t nsigners;
	bool need_nonce; /* without a value in `nonce` no document passes */
	/* the required values of these fields, if present */
	struct maybe nonce, public_key, user_data;
	struct maybe user_data_sha256; /* 32 bytes */
	enum recipient recipient;      /* the required kind of public_key */
	int64_t max_age;               /* seconds, or EXPECT_ANY_AGE */
	int64_t skew;                  /* seconds from the future, 0 or more */
	bool allow_debug;              /* registers 0 to 2 may be zero */
	struct known_value *known;
	size_t nknown;
	struct cert_cache *cache; /* does not affect the verdict; or NULL */
};
/* Returns the field "nonce", "public-key" or "user-data", or NULL for any other
 * name. */
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
	bool development;    /* a development key was named, used or not */
	const char *release; /* the release that matches; NULL unless this is a
				pass */
	bool malformed;      /* the input is not a document */
	bool has_doc;
	struct doc doc; /* if has_doc; its content is proven only if the
			   result is RESULT_PASS */
	struct check check[CHECKS_MAX];
	size_t n;
};

/* Sets `releases` and `revoked` from an environment, in the arena. If no
 * release may run, sets `empty`, with `name` as the environment's name. */
MUST_USE bool expect_environment(struct expect *x, const struct environment *v,
				 const char *name, struct arena *a,
				 struct err *e);
/* Sets `known` to the values of the releases, with room for one more. */
MUST_USE bool expect_known(struct expect *x, struct arena *a, struct err *e);

/* Sets the verdict for any input. Returns false only if the arena is full;
 * there is no verdict then. */
MUST_USE bool verify_document(struct span in, const struct expect *x,
			      struct arena *a, struct verdict *out,
			      struct err *e);
/* The same for a document that may be text (text.h). */
MUST_USE bool verify_text(struct span in, const struct expect *x,
			  struct arena *a, struct verdict *out, struct err *e);
/* Checks registers alone, for example those of a build. This proves nothing
 * about an enclave. Only the expectations about registers and time are used. */
MUST_USE bool verify_registers(const struct pcr_set *got,
			       const struct expect *x, struct arena *a,
			       struct verdict *out, struct err *e);
/* Returns the check with that name, or NULL. */
const struct check *verdict_check(const struct verdict *v, const char *name);
