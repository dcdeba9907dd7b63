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

/* The class of a root, which says what stands behind its signatures. */
enum veraclave_trust {
	VERACLAVE_TRUST_NONE = 0,      /* no root that was named */
	VERACLAVE_TRUST_AWS_NITRO = 1, /* AWS's hardware */
	VERACLAVE_TRUST_QEMU = 2,      /* QEMU's emulated module */
	VERACLAVE_TRUST_SIM = 3,       /* a simulator */
	VERACLAVE_TRUST_DEVELOPMENT = 4
};
/* "none", "aws-nitro", "qemu", "sim", "development"; NULL when it is none of
 * these. Static text. */
VERACLAVE_API const char *veraclave_trust_name(enum veraclave_trust trust);

/* The public keys that a key service (KMS) encrypts to. */
enum veraclave_recipient {
	VERACLAVE_RECIPIENT_UNKNOWN = 0,  /* refused */
	VERACLAVE_RECIPIENT_NONE = 1,     /* any key, or none */
	VERACLAVE_RECIPIENT_RSA_2048 = 2, /* what AWS describes */
	VERACLAVE_RECIPIENT_RSA = 3       /* any size that KMS might take */
};

/*
 * A function that returns a status changes nothing when it fails, except that
 * no document passes from then on (expect-empty), because an expectation is
 * missing. veraclave_verifier_error says why; begin again with a new verifier.
 * After the first veraclave_appraisal_new these functions return
 * VERACLAVE_USAGE, and existing appraisals stay as they are.
 */

/* NULL: no memory. */
VERACLAVE_API veraclave_verifier *veraclave_verifier_new(void);
/* After all of its appraisals. NULL is fine. */
VERACLAVE_API void veraclave_verifier_free(veraclave_verifier *v);
/* Why the last call that failed did, and what to do, in sentences; "" if none
 * did. Valid until the next call. */
VERACLAVE_API const char *veraclave_verifier_error(const veraclave_verifier *v);

/*
 * One more root to trust. AWS's hardware is trusted until this is called: then
 * only what was named counts. VERACLAVE_TRUST_AWS_NITRO names AWS's root and
 * takes neither label nor certificate (NULL, NULL, 0). The others take the
 * root's certificate, DER or PEM, and a label: any text, NULL is "", and no two
 * roots of a class have the same. VERACLAVE_TRUST_DEVELOPMENT trusts nothing:
 * it is there for a policy that names it.
 */
VERACLAVE_API enum veraclave_status
veraclave_verifier_add_trust(veraclave_verifier *v, enum veraclave_trust trust,
			     const char *label, const void *certificate,
			     size_t size);
/* This register (0 to 31) must have this value (48 bytes). */
VERACLAVE_API enum veraclave_status
veraclave_verifier_add_pcr(veraclave_verifier *v, unsigned index,
			   const void *value, size_t size);
/* A release that may run: the text of its pcrs.json, or of what nitro-cli
 * printed for the build. A document must match one of those given. `name` is
 * for a file that names none; NULL: "release". */
VERACLAVE_API enum veraclave_status
veraclave_verifier_add_release(veraclave_verifier *v, const char *name,
			       const char *json, size_t size);
/* The text of an environment's file (veraclave pcrs). When none of its releases
 * may run (any more), no document passes. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_environment(veraclave_verifier *v, const char *json,
				   size_t size);
/* The text of a policy.toml. What it trusts is trusted, and nothing else; a
 * root that it names by a file ("sim:root.der") must have been given before, in
 * that class and with the file's name as label, with
 * veraclave_verifier_add_trust. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_policy(veraclave_verifier *v, const char *toml,
			      size_t size);
/* The oldest document that is taken, in seconds. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_max_age(veraclave_verifier *v, int64_t seconds);
/* By how many seconds a document may be from the future, since clocks differ:
 * 300 unless this is called or a policy says otherwise. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_max_skew(veraclave_verifier *v, int64_t seconds);
/* The document's public key must be one that KMS encrypts to. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_recipient(veraclave_verifier *v,
				 enum veraclave_recipient kind);
/* Takes enclaves in debug mode, whose registers say nothing. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_allow_debug(veraclave_verifier *v);
/* How many verified certificates are remembered: 128 unless this is called, 0
 * to 65536, in some 7 KiB each. */
VERACLAVE_API enum veraclave_status
veraclave_verifier_set_cache(veraclave_verifier *v, size_t certificates);

#ifdef __cplusplus
}
#endif

#endif
