/*
 * What a relying party expects of enclaves: see veraclave/verify.h, which is
 * the header to include.
 */
#ifndef VERACLAVE_VERIFIER_H
#define VERACLAVE_VERIFIER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERACLAVE_API __attribute__((visibility("default")))

typedef struct veraclave_verifier veraclave_verifier;

/* What functions that prepare something return. */
enum veraclave_status {
	VERACLAVE_OK = 0,
	VERACLAVE_USAGE = 2,  /* the call is wrong, or comes too late */
	VERACLAVE_INPUT = 3,  /* what was given is malformed */
	VERACLAVE_MACHINE = 4 /* no memory, or libcrypto failed */
};

/* "0.1.0" */
VERACLAVE_API const char *veraclave_version(void);

/*
 * All functions that return a status change nothing when they
 * fail, but that from then on no document passes (expect-empty): what was to be
 * expected would be missed by nobody. veraclave_verifier_error says why; begin
 * again with a new verifier. After the first veraclave_appraisal_new they
 * return VERACLAVE_USAGE, and appraisals that are there stay as they are.
 */

/* NULL: no memory. */
VERACLAVE_API veraclave_verifier *veraclave_verifier_new(void);
/* After all of its appraisals. NULL is fine. */
VERACLAVE_API void veraclave_verifier_free(veraclave_verifier *v);
/* Why the last call that failed did, and what to do, in sentences; "" if none
 * did. Valid until the next call. */
VERACLAVE_API const char *veraclave_verifier_error(const veraclave_verifier *v);

/*
 * One more root to trust. AWS's hardware is trusted until this is called:
 * then only what was named counts, and `trust` "aws-nitro" with no certificate
 * (NULL, 0) is how AWS's root is named. Others are "sim:LABEL" and
 * "qemu:LABEL" with the root's certificate, DER or PEM; a label is any text,
 * and may be empty, and no two roots have the same. "development:LABEL" with a
 * certificate trusts nothing: it is there for a policy that names it.
 */
VERACLAVE_API int veraclave_verifier_add_trust(veraclave_verifier *v,
					       const char *trust,
					       const void *certificate,
					       size_t size);
/* This register (0 to 31) has to have this value (48 bytes). */
VERACLAVE_API int veraclave_verifier_add_pcr(veraclave_verifier *v,
					     unsigned index, const void *value,
					     size_t size);
/* A release that may run: the text of its pcrs.json, or of what nitro-cli
 * printed for the build. One of those given has to fit. `name` is for a file
 * that names none; NULL: "release". */
VERACLAVE_API int veraclave_verifier_add_release(veraclave_verifier *v,
						 const char *name,
						 const char *json, size_t size);
/* The text of an environment's file (veraclave pcrs). When none of its releases
 * may run (any more), no document passes. */
VERACLAVE_API int veraclave_verifier_set_environment(veraclave_verifier *v,
						     const char *json,
						     size_t size);
/* The text of a policy.toml. What it trusts is trusted, and nothing else; a
 * root that it names by a file must have been given before, by the same name
 * ("sim:" and the file), with veraclave_verifier_add_trust. */
VERACLAVE_API int veraclave_verifier_set_policy(veraclave_verifier *v,
						const char *toml, size_t size);
/* The oldest document that is taken, in seconds. */
VERACLAVE_API int veraclave_verifier_set_max_age(veraclave_verifier *v,
						 int64_t seconds);
/* By how many seconds a document may be from the future, since clocks differ:
 * 300 unless this is called or a policy says otherwise. */
VERACLAVE_API int veraclave_verifier_set_max_skew(veraclave_verifier *v,
						  int64_t seconds);
/* The document's public key has to be one that KMS encrypts to: "rsa-2048", or
 * "rsa" for any size that it might take; "none" wants nothing. */
VERACLAVE_API int veraclave_verifier_set_recipient(veraclave_verifier *v,
						   const char *kind);
/* Takes enclaves in debug mode, whose registers say nothing. */
VERACLAVE_API int veraclave_verifier_allow_debug(veraclave_verifier *v);
/* How many verified certificates are remembered: 128 unless this is called, 0
 * to 65536, in some 7 KiB each. */
VERACLAVE_API int veraclave_verifier_set_cache(veraclave_verifier *v,
					       size_t certificates);

#ifdef __cplusplus
}
#endif

#endif
