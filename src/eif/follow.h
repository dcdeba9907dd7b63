/*
 * Measuring an image while it is being written: what has reached the file is
 * read back from there, section by section, as far as the digests keep up, so
 * that processors which the writing leaves idle compute them. No byte counts
 * that was not read from the file; that header and checksum fit is checked at
 * the end, as for any image.
 *
 * The SHA-256 of the file begins with the header, which is written last, so it
 * is another pass over the finished file, on a thread of its own beside the
 * rest of the measuring. The checksum is compared there, too.
 *
 * eif_writer_put calls eif_follow, eif_writer_measure eif_follow_finish;
 * whoever writes an image opens and closes.
 */
#pragma once

#include "eif/write.h"

/* Sets w->follow; before the ramdisks, of which there will be at most so many.
 */
MUST_USE bool eif_follow_open(struct eif_writer *w, size_t ramdisks,
			      struct arena *a, struct err *e);
/* A zeroed writer is fine (DEFER works); one that was followed has to be done
 * with. */
void eif_follow_close(struct eif_writer *w);

/* Measures what is in the file and was not measured yet, as long as that needs
 * no waiting. */
MUST_USE bool eif_follow(struct eif_follow *f, const struct eif_writer *w,
			 struct err *e);
/* The rest, after eif_writer_finish; `image` is what eif_open found in the
 * file. ERR_INPUT when the checksum is wrong. */
MUST_USE bool eif_follow_finish(struct eif_follow *f,
				const struct eif_writer *w,
				const struct eif *image,
				const struct eif_measure_plan *plan,
				struct measured *out, struct err *e);
