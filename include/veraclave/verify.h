/*
 * Checks that an attestation document comes from an enclave that runs one of
 *the expected images.
 *
 * A verifier contains what a relying party expects (roots, registers, releases,
 * a policy) and caches certificates that it has verified. It is set up once;
 * after its first appraisal is made it does not change, and any number of
 * threads may use it. An appraisal belongs to one thread at a time: it judges
 * one document after the other, and keeps the result of the last one.
 *
 *	veraclave_verifier *v = veraclave_verifier_new();
 *	veraclave_verifier_add_release(v, NULL, pcrs_json, size);
 *	veraclave_appraisal *a = veraclave_appraisal_new(v);
 *	veraclave_appraisal_expect(a, VERACLAVE_NONCE, nonce, 32);
 *	if (veraclave_appraise(a, doc, doc_size, now) == VERACLAVE_PASS)
 *		...
 *
 * The library has no global state of its own. It does not read files, the clock
 * or environment variables, does not print, and never ends the program. The
 * caller passes the time. All text is UTF-8 and NUL-terminated, and belongs to
 * the handle that returned it. Handles may be NULL only where a comment says
 *so.
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

/* The result of a document or a check. */
enum veraclave_result {
	/* No answer: a check was not possible, there is no memory, or no
	 * document was appraised yet. */
	VERACLAVE_UNKNOWN = 0,
	VERACLAVE_PASS = 1,     /* the only result that means yes */
	VERACLAVE_FAIL = 2,     /* a check failed */
	VERACLAVE_MALFORMED = 3 /* not an attestation document */
};

/* Fields of a document that hold bytes. */
enum veraclave_field {
	VERACLAVE_FIELD_UNKNOWN = 0, /* no field */
	VERACLAVE_NONCE = 1,
	VERACLAVE_PUBLIC_KEY = 2,
	VERACLAVE_USER_DATA = 3,
	VERACLAVE_PCR = 4 /* a register, 48 bytes, by its index */
};

/* Returns NULL if there is no memory. If the verifier expects no register
 * value, no document passes. */
VERACLAVE_API veraclave_appraisal *
veraclave_appraisal_new(veraclave_verifier *v);
/* a may be NULL. */
VERACLAVE_API void veraclave_appraisal_free(veraclave_appraisal *a);

/* Sets the bytes that this field (not VERACLAVE_PCR) must have in the next
 * documents: 1 to 1024 bytes, which are copied. Anything else, NULL and 0
 * included, returns VERACLAVE_USAGE. No document passes then until a correct
 * call for the field, or, if the field is not one of these, until
 * veraclave_appraisal_expect_none. */
VERACLAVE_API enum veraclave_status
veraclave_appraisal_expect(veraclave_appraisal *a, enum veraclave_field field,
			   const void *p, size_t size);
/* Sets the SHA-256 digest, 32 bytes, that the user data must have. */
VERACLAVE_API enum veraclave_status
veraclave_appraisal_expect_user_data_sha256(veraclave_appraisal *a,
					    const void *p, size_t size);
/* Requires that this field is present and empty. An empty nonce does not
 * satisfy a policy that requires a nonce. */
VERACLAVE_API enum veraclave_status
veraclave_appraisal_expect_empty(veraclave_appraisal *a,
				 enum veraclave_field field);
/* Removes all of these expectations. */
VERACLAVE_API void veraclave_appraisal_expect_none(veraclave_appraisal *a);

/*
 * Judges a document, raw or in base64 or hex, at a time in seconds since 1970.
 * For a live check `at` is the present time. For an earlier time a recorded
 * document is valid again: send a nonce and expect it.
 */
VERACLAVE_API enum veraclave_result veraclave_appraise(veraclave_appraisal *a,
						       const void *document,
						       size_t size, int64_t at);

/*
 * The result of the last document, valid until the next one.
 */
VERACLAVE_API enum veraclave_result
veraclave_appraisal_result(const veraclave_appraisal *a);
/* The class of the root below which the chain stands. */
VERACLAVE_API enum veraclave_trust
veraclave_appraisal_trust(const veraclave_appraisal *a);
/* All checks, passed or not. The code is "ok" or a stable name that
 * veraclave_reason_* and `veraclave explain` explain. The detail is a sentence
 * with the values that decided, with text from the document escaped. After the
 * last check: NULL, VERACLAVE_UNKNOWN. */
VERACLAVE_API size_t veraclave_appraisal_checks(const veraclave_appraisal *a);
VERACLAVE_API const char *
veraclave_appraisal_check_name(const veraclave_appraisal *a, size_t i);
VERACLAVE_API enum veraclave_result
veraclave_appraisal_check_result(const veraclave_appraisal *a, size_t i);
VERACLAVE_API const char *
veraclave_appraisal_check_code(const veraclave_appraisal *a, size_t i);
VERACLAVE_API const char *
veraclave_appraisal_check_detail(const veraclave_appraisal *a, size_t i);
/* The result and all checks as `veraclave verify --json` prints them, or NULL
 * if there is no memory. */
VERACLAVE_API const char *veraclave_appraisal_json(veraclave_appraisal *a);

/*
 * The content of the document. It is proven only after VERACLAVE_PASS, so for
 * other results these functions return NULL or 0, as they do for a field that
 * the document does not have. An empty field is not NULL.
 */
VERACLAVE_API const char *
veraclave_appraisal_release(const veraclave_appraisal *a);
VERACLAVE_API const char *
veraclave_appraisal_module_id(const veraclave_appraisal *a);
VERACLAVE_API uint64_t
veraclave_appraisal_timestamp_ms(const veraclave_appraisal *a);
/* Returns the bytes of a field. `index` is the number of a register, 0 to 31,
 * and 0 for other fields. */
VERACLAVE_API const void *
veraclave_appraisal_bytes(const veraclave_appraisal *a,
			  enum veraclave_field field, unsigned index,
			  size_t *size);

/* Explain a code: a title, what it means for the enclave, and what to do.
 * Return static text, or NULL if there is no such code. */
VERACLAVE_API const char *veraclave_reason_title(const char *code);
VERACLAVE_API const char *veraclave_reason_means(const char *code);
VERACLAVE_API const char *veraclave_reason_next(const char *code);

#ifdef __cplusplus
}
#endif

#endif
