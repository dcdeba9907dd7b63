/*
 * What a relying party expects of enclaves: see veraclave/verify.h, which is
 * the header to include.
 */
#ifndef VERACLAVE_VERIFIER_H
#define VERACLAVE_VERIFIER_H

#include <veraclave/common.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct veraclave_verifier veraclave_verifier;

/* The class of a root: what signs below it. */
enum veraclave_trust {
	VERACLAVE_TRUST_NONE = 0,      /* none of the named roots */
	VERACLAVE_TRUST_AWS_NITRO = 1, /* AWS's hardware */
	VERACLAVE_TRUST_QEMU = 2,      /* QEMU's emulated module */
	VERACLAVE_TRUST_SIM = 3,       /* a simulator */
	VERACLAVE_TRUST_DEVELOPMENT = 4
};
/* Returns "none", "aws-nitro", "qemu", "sim" or "development", as static text,
 * or NULL for any other number. */
VERACLAVE_API const char *veraclave_trust_name(enum veraclave_trust trust);

/* The public keys that a key service (KMS) encrypts to. */
enum veraclave_recipient {
	VERACLAVE_RECIPIENT_UNKNOWN = 0,  /* refused */
	VERACLAVE_RECIPIENT_NONE = 1,     /* any key, or none */
	VERACLAVE_RECIPIENT_RSA_2048 = 2, /* what AWS describes */
	VERACLAVE_RECIPIENT_RSA = 3       /* any size that KMS might accept */
};

/*
 * If a function that returns a status fails, an expectation is missing.
 * Therefore no document passes after that (expect-empty); nothing else changes.
 * veraclave_verifier_error says why it failed; start again with a new verifier.
 * After the first veraclave_appraisal_new these functions return
 * VERACLAVE_USAGE, and existing appraisals do not change.
 */

/* Returns NULL if there is no memory. */
VERACLAVE_API veraclave_verifier *veraclave_verifier_new(void);
/* Call it after all appraisals are freed. v may be NULL. */
VERACLAVE_API void veraclave_verifier_free(veraclave_verifier *v);
/* Why the last failed call failed, and what to do, in sentences; "" if no call
 * failed. Valid until the next call. */
VERACLAVE_API const char *veraclave_verifier_error(const veraclave_verifier *v);

/*
 * Adds a trusted root. Without any call the verifier trusts AWS's root; after
 * the first call it trusts only the named roots. VERACLAVE_TRUST_AWS_NITRO
 * names AWS's root, without label and certificate (NULL, NULL, 0). The other
 * classes need the root's certificate, DER or PEM, and a label: any text, NULL
 * is "", different for each root of a class. A root of class
 * VERACLAVE_TRUST_DEVELOPMENT is trusted only if a policy names it.
 */
VERACLAVE_API enum veraclave_status
veraclave_verifier_add_trust(veraclave_verifier *v, enum veraclave_trust trust,
			     const char *label, const void *certificate,
			     size_t size);
/* Requires that register `index` (0 to 31) has this value (48 bytes). */
VERACLAVE_API enum veraclave_status
veraclave_verifier_add_pcr(veraclave_verifier *v, unsigned index,
			   const void *value, size_t size);
/* Adds a release that may run: the text of its pcrs.json, or the output of
 * nitro-cli for the build. A document must match one of the added releases.
 * `name` is used if the text has no name; NULL means "release". */
VERACLAVE_API enum veraclave_status
veraclave_verifier_add_release(veraclave_verifier *v, const char *name,
			       const char *json, size_t size);
/* Sets the text of an environment's file (veraclave pcrs). If none of its
 * releases may run at present, no document passes. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_environment(veraclave_verifier *v, const char *json,
				   size_t size);
/* Sets the text of a policy.toml. The verifier then trusts only the roots that
 * the policy names. A root that it names by a file ("sim:root.der") must have
 * been added before with veraclave_verifier_add_trust, in that class and with
 * the file's name as label. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_policy(veraclave_verifier *v, const char *toml,
			      size_t size);
/* Sets the maximum age of a document, in seconds. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_max_age(veraclave_verifier *v, int64_t seconds);
/* Sets how many seconds a document may be in the future, because clocks differ.
 * The default is 300, or the value of the policy. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_max_skew(veraclave_verifier *v, int64_t seconds);
/* Requires a public key in the document that KMS can encrypt to. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_recipient(veraclave_verifier *v,
				 enum veraclave_recipient kind);
/* Accepts enclaves in debug mode, whose registers prove nothing. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_allow_debug(veraclave_verifier *v);
/* Sets how many verified certificates are cached: 0 to 65536, of about 7 KiB
 * each. The default is 128. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_cache(veraclave_verifier *v, size_t certificates);

#ifdef __cplusplus
}
#endif

#endif
