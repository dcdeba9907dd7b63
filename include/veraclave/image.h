/*
 * Reading enclave images: see veraclave/eif.h, which is the header to include.
 */
#ifndef VERACLAVE_IMAGE_H
#define VERACLAVE_IMAGE_H

#include <veraclave/common.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct veraclave_eif veraclave_eif;

/*
 * Reads up to `size` bytes (1 or more) of the image at offset `at` and returns
 * their number, or -1 on failure. It may return fewer than `size`. 0 is a
 * failure, because the library never reads beyond the end of the image.
 */
typedef int64_t veraclave_read_fn(void *self, void *out, size_t size,
				  uint64_t at);
/* Reports that `done` of `total` bytes are measured. Called often. */
typedef void veraclave_progress_fn(void *self, uint64_t done, uint64_t total);

/* Returns NULL if there is no memory. */
VERACLAVE_API veraclave_eif *veraclave_eif_new(void);
/* f may be NULL. */
VERACLAVE_API void veraclave_eif_free(veraclave_eif *f);
/* Applies to all later images; NULL switches reports off. */
VERACLAVE_API void veraclave_eif_set_progress(veraclave_eif *f,
					      veraclave_progress_fn *progress,
					      void *self);
/* Sets how many threads may work; the default is 1. With more, the library
 * starts up to three, which end before veraclave_eif_measure returns. The
 * library calls the caller's functions on the caller's thread only. */
VERACLAVE_API void veraclave_eif_set_threads(veraclave_eif *f,
					     unsigned threads);

/*
 * Reads the headers, about 1 KiB, of an image of `size` bytes, and discards the
 * previous image. The library uses `read` and `self` until the next image.
 */
VERACLAVE_API enum veraclave_status veraclave_eif_open(veraclave_eif *f,
						       veraclave_read_fn *read,
						       void *self,
						       uint64_t size);
/*
 * Reads the whole image in order, then its small sections again, which must
 * have the same bytes. Call it once for each image: it returns VERACLAVE_USAGE
 * if no image is open or the image was measured already.
 */
VERACLAVE_API enum veraclave_status veraclave_eif_measure(veraclave_eif *f);

/* Why the last of these calls failed, and what to do, in sentences; "" if it
 * did not fail. The code is the stable name of a rule of docs/formats/eif.md,
 * such as "eif-crc", or "" if the failure is not about a rule. */
VERACLAVE_API const char *veraclave_eif_error(const veraclave_eif *f);
VERACLAVE_API const char *veraclave_eif_error_code(const veraclave_eif *f);

#ifdef __cplusplus
}
#endif

#endif
