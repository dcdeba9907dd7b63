/*
 * Measuring an image while it is being written: the written part of the file is
 * read back, section by section, as fast as the digests allow, so that
 * otherwise idle processors compute them. Only bytes that were read from the
 * file are measured; header and checksum are checked at the end, as for any
 * image.
 *
 * The SHA-256 of the file begins with the header, which is written last, so it
 * is another pass over the finished file, on a thread of its own beside the
 * rest of the measuring. The checksum is compared there, too.
 *
 * eif_writer_put calls eif_follow, and eif_writer_measure calls
 * eif_follow_finish; the caller of the writer opens and closes.
 */
#pragma once

#include "eif/write.h"

/* Sets w->follow. Call it before the ramdisks; `ramdisks` is their largest
 * number. */
MUST_USE bool eif_follow_open(struct eif_writer *w, size_t ramdisks,
			      struct arena *a, struct err *e);
/* The writer may be zeroed (DEFER works). A followed one must not be used any
 * more. */
void eif_follow_close(struct eif_writer *w);

/* Measures the unmeasured part of the file, as far as that is possible without
 * waiting. */
MUST_USE bool eif_follow(struct eif_follow *f, const struct eif_writer *w,
			 struct err *e);
/* Measures the rest, after eif_writer_finish; `image` is the result of
 * eif_open. Fails with ERR_INPUT if the checksum is wrong. */
MUST_USE bool eif_follow_finish(struct eif_follow *f,
				const struct eif_writer *w,
				const struct eif *image,
				const struct eif_measure_plan *plan,
				struct measured *out, struct err *e);
