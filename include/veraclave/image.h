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
 * how many, or -1 when that fails. Fewer than `size` is fine. 0 is a failure:
 * only bytes are asked for that the image has.
 */
typedef int64_t veraclave_read_fn(void *self, void *out, size_t size,
				  uint64_t at);
/* `done` of `total` bytes are measured. Called often. */
typedef void veraclave_progress_fn(void *self, uint64_t done, uint64_t total);

/* NULL: no memory. */
VERACLAVE_API veraclave_eif *veraclave_eif_new(void);
/* NULL is fine. */
VERACLAVE_API void veraclave_eif_free(veraclave_eif *f);
/* For all images from now on; NULL is silent. */
VERACLAVE_API void veraclave_eif_set_progress(veraclave_eif *f,
					      veraclave_progress_fn *progress,
					      void *self);
/* How many threads may work: 1 unless this is called. With more the library
 * starts up to three, which end before veraclave_eif_measure returns. The
 * caller's functions are called on the caller's thread alone. */
VERACLAVE_API void veraclave_eif_set_threads(veraclave_eif *f,
					     unsigned threads);

/*
 * Reads the headers, about 1 KiB, of an image of `size` bytes, and forgets the
 * image before. `read` and `self` are used until the next image.
 */
VERACLAVE_API enum veraclave_status veraclave_eif_open(veraclave_eif *f,
						       veraclave_read_fn *read,
						       void *self,
						       uint64_t size);
/*
 * Reads the whole image in order, then its small sections again, which must
 * have the same bytes. Once for each image: VERACLAVE_USAGE when none was
 * opened or it was measured already.
 */
VERACLAVE_API enum veraclave_status veraclave_eif_measure(veraclave_eif *f);

/* Why the last of these failed, and what to do, in sentences; "" when it did
 * not. The code is the stable name of a rule of docs/formats/eif.md, such as
 * "eif-crc", and "" where no rule is broken. */
VERACLAVE_API const char *veraclave_eif_error(const veraclave_eif *f);
VERACLAVE_API const char *veraclave_eif_error_code(const veraclave_eif *f);

#ifdef __cplusplus
}
#endif

#endif
