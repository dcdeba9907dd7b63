/*
 * Does an attestation document come from an enclave that runs what it should?
 *
 * A verifier holds what a relying party expects (roots, registers, releases, a
 * policy) and remembers certificates that it has verified. It is set up once;
 * from its first appraisal on it does not change, and any number of threads
 * may use it. An appraisal belongs to one thread at a time: it takes one
 * document after the other, and holds what came of the last one.
 *
 *	veraclave_verifier *v = veraclave_verifier_new();
 *	veraclave_verifier_add_release(v, NULL, pcrs_json, size);
 *	veraclave_appraisal *a = veraclave_appraisal_new(v);
 *	veraclave_appraisal_expect(a, VERACLAVE_NONCE, nonce, 32);
 *	if (veraclave_appraise(a, doc, doc_size, now) == VERACLAVE_PASS)
 *		...
 *
 * The library has no global state of its own, reads no file, clock or
 * environment variable, prints nothing and ends no program. Time is what the
 * caller says. All text is UTF-8 and NUL-terminated, and belongs to the handle
 * that gave it. Handles may be NULL only where it says so.
 *
 * Attestation: RFC 9334. Documents: AWS Nitro Enclaves, COSE_Sign1 (RFC 9052).
 */
#ifndef VERACLAVE_VERIFY_H
#define VERACLAVE_VERIFY_H

#include <veraclave/verifier.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct veraclave_appraisal veraclave_appraisal;

/* What comes of a document or a check. */
enum veraclave_result {
	/* No answer: a check could not be made, there is no memory, or nothing
	 * was appraised yet. */
	VERACLAVE_UNKNOWN = 0,
	VERACLAVE_PASS = 1,     /* the only one that lets somebody in */
	VERACLAVE_FAIL = 2,     /* a check says no */
	VERACLAVE_MALFORMED = 3 /* it is no attestation document */
};

/* Fields of a document that hold bytes. */
enum veraclave_field {
	VERACLAVE_FIELD_UNKNOWN = 0, /* no field */
	VERACLAVE_NONCE = 1,
	VERACLAVE_PUBLIC_KEY = 2,
	VERACLAVE_USER_DATA = 3,
	VERACLAVE_PCR = 4 /* a register, 48 bytes, by its index */
};

/* NULL: no memory. Where nothing is expected of any register, nothing passes.
 */
VERACLAVE_API veraclave_appraisal *
veraclave_appraisal_new(veraclave_verifier *v);
/* NULL is fine. */
VERACLAVE_API void veraclave_appraisal_free(veraclave_appraisal *a);

/* What this field (not VERACLAVE_PCR) has to hold in the next documents, 1 to
 * 1024 bytes, which are copied. Anything else, NULL and 0 too, is
 * VERACLAVE_USAGE, and then no document passes until the call is made right;
 * with a field that cannot be expected, until
 * veraclave_appraisal_expect_none. */
VERACLAVE_API enum veraclave_status
veraclave_appraisal_expect(veraclave_appraisal *a, enum veraclave_field field,
			   const void *p, size_t size);
/* The same for the SHA-256 digest, 32 bytes, of the user data. */
VERACLAVE_API enum veraclave_status
veraclave_appraisal_expect_user_data_sha256(veraclave_appraisal *a,
					    const void *p, size_t size);
/* This field has to be there without a byte. A policy that needs a nonce is not
 * content with that. */
VERACLAVE_API enum veraclave_status
veraclave_appraisal_expect_empty(veraclave_appraisal *a,
				 enum veraclave_field field);
/* Nothing of the above is expected any more. */
VERACLAVE_API void veraclave_appraisal_expect_none(veraclave_appraisal *a);

/*
 * Judges a document, raw or in base 64 or hex, at a time in seconds since
 * 1970. `at` is now for a live check; another time asks whether the document
 * was right then, which a recording always is: send a nonce.
 */
VERACLAVE_API enum veraclave_result veraclave_appraise(veraclave_appraisal *a,
						       const void *document,
						       size_t size, int64_t at);

/*
 * What came of the last one, valid until the next.
 */
VERACLAVE_API enum veraclave_result
veraclave_appraisal_result(const veraclave_appraisal *a);
/* The class of the root below which the chain stands. */
VERACLAVE_API enum veraclave_trust
veraclave_appraisal_trust(const veraclave_appraisal *a);
/* All checks, passed or not. The code is "ok" or a stable name that
 * veraclave_reason_* and `veraclave explain` tell about; the detail is a
 * sentence with the values that decided, text from the document escaped.
 * Behind the last: NULL, VERACLAVE_UNKNOWN. */
VERACLAVE_API size_t veraclave_appraisal_checks(const veraclave_appraisal *a);
VERACLAVE_API const char *
veraclave_appraisal_check_name(const veraclave_appraisal *a, size_t i);
VERACLAVE_API enum veraclave_result
veraclave_appraisal_check_result(const veraclave_appraisal *a, size_t i);
VERACLAVE_API const char *
veraclave_appraisal_check_code(const veraclave_appraisal *a, size_t i);
VERACLAVE_API const char *
veraclave_appraisal_check_detail(const veraclave_appraisal *a, size_t i);
/* All of that as `veraclave verify --json` prints it; NULL: no memory. */
VERACLAVE_API const char *veraclave_appraisal_json(veraclave_appraisal *a);

/*
 * What the document says. Only after VERACLAVE_PASS is it proven, so otherwise
 * these give NULL and 0; also for what the document does not have. An empty
 * field is not NULL.
 */
VERACLAVE_API const char *
veraclave_appraisal_release(const veraclave_appraisal *a);
VERACLAVE_API const char *
veraclave_appraisal_module_id(const veraclave_appraisal *a);
VERACLAVE_API uint64_t
veraclave_appraisal_timestamp_ms(const veraclave_appraisal *a);
/* The bytes of a field. `index` is a register's, 0 to 31, and 0 for the others.
 */
VERACLAVE_API const void *
veraclave_appraisal_bytes(const veraclave_appraisal *a,
			  enum veraclave_field field, unsigned index,
			  size_t *size);

/* A code in words: what is so, what it says about the enclave, what to do.
 * NULL when there is no such code. Static text. */
VERACLAVE_API const char *veraclave_reason_title(const char *code);
VERACLAVE_API const char *veraclave_reason_means(const char *code);
VERACLAVE_API const char *veraclave_reason_next(const char *code);

#ifdef __cplusplus
}
#endif

#endif
