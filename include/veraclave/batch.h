/*
 * Many attestation documents at once, on several processors: veraclave/verify.h
 * for one at a time.
 */
#ifndef VERACLAVE_BATCH_H
#define VERACLAVE_BATCH_H

#include <veraclave/verify.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A document, and the appraisal that judges it and holds what came of it. */
struct veraclave_item {
	veraclave_appraisal *appraisal; /* not NULL; no other item has it */
	const void *document;
	size_t size;
};
/* veraclave_appraise for each of n documents, on at most `threads` threads, the
 * caller's among them; 0: as many as there are processors. The threads end with
 * the call. Returns how many passed; ask each appraisal for its result. When
 * two items have the same appraisal, nothing is judged: 0, and no appraisal has
 * a result. */
VERACLAVE_API size_t veraclave_appraise_all(const struct veraclave_item *item,
					    size_t n, int64_t at,
					    unsigned threads);

#ifdef __cplusplus
}
#endif

#endif
