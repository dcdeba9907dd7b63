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

/* A document, and the appraisal that judges it and keeps its result. */
struct veraclave_item {
	veraclave_appraisal *appraisal; /* not NULL; each item has its own */
	const void *document;
	size_t size;
};
/* Calls veraclave_appraise for each of n documents, on at most `threads`
 * threads including the caller's; 0 means one for each processor. The threads
 * end before the call returns. Returns how many documents passed; each
 * appraisal has its own result. If two items share an appraisal, nothing is
 * judged: the call returns 0, and no appraisal has a result. */
VERACLAVE_API size_t veraclave_appraise_all(const struct veraclave_item *item,
					    size_t n, int64_t at,
					    unsigned threads);

#ifdef __cplusplus
}
#endif

#endif
