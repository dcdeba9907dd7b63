/* The two handles of the verifier, for this folder alone. */
#pragma once

#include "api/outcome.h"
#include "attest/policy.h"
#include "attest/verify.h"
#include "sys/lock.h"
#include "veraclave/verify.h"

enum { FIELD_MAX = DOC_FIELD_MAX };

/* A root, and the label under which it was given. */
struct named_root {
	const char *label;
	struct anchor anchor;
};

struct veraclave_verifier {
	struct arena arena; /* this handle and all that was set up */
	struct arena cache_arena;
	struct lock lock; /* for the cache, and `used` */
	bool used;        /* there was an appraisal: nothing changes now */
	struct named_root root[POLICY_TRUST_MAX];
	size_t nroot;
	struct anchor anchor[POLICY_TRUST_MAX]; /* what x.anchors points to */
	size_t nnamed; /* of these, by add_trust; 0: AWS's is the one */
	struct expect x;
	const char *failed; /* a call of the set-up that did, or NULL */
	bool has_policy, has_environment, has_skew;
	size_t cache_size; /* certificates */
	struct cert_cache *cache;
	struct err why;
	struct told told; /* of the last call that failed */
};

/* A value that is expected, in the handle's own memory. */
struct field {
	uint8_t bytes[FIELD_MAX];
};

struct veraclave_appraisal {
	struct arena arena; /* this handle */
	struct arena work;  /* one document */
	veraclave_verifier *of;
	struct field field[VERACLAVE_PCR]; /* by enum veraclave_field */
	struct field user_data_sha256;
	struct expect x;
	struct verdict verdict;
	bool made;     /* there is a verdict */
	bool in_batch; /* for batch.c */
	int64_t at;
	const char *module_id;
	const char *json; /* once it was asked for */
};

/* The number that the API has for a class. */
enum veraclave_trust trust_of(enum trust trust);
