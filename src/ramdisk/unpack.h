/*
 * Writes a ramdisk as files below a directory, and checks that these files are
 * still those of the ramdisk.
 */
#pragma once

#include "base/blob.h"
#include "base/arena.h"
#include "base/budget.h"

struct unpack_count {
	uint64_t files, skipped; /* skipped: devices and FIFOs */
};
/* Returns the budget for decompressing ramdisks: as much as their size allows,
 * or `max` if it is not 0. */
struct budget unpack_budget(uint64_t max);
struct unpack_plan {
	bool devices;          /* also make device nodes and FIFOs */
	struct budget *budget; /* for what is decompressed; NULL: none */
};
/*
 * Unpacks a plain, gzip, zstd or xz cpio ramdisk below `dir`. Owners, times
 * and set-id bits are not kept. Devices and FIFOs are made only on request.
 * ERR_INPUT if it is not a cpio archive or has hostile names.
 */
MUST_USE bool ramdisk_unpack(const struct blob *ramdisk, int dir,
			     const struct unpack_plan *plan,
			     struct unpack_count *n, struct err *e);
/* Checks that files, directories and links below each ramdisk-N.d of `dir` are
 * those of the archive ramdisk-N beside it; ERR_INPUT "unpack-edited" names
 * the first that is not. Without ramdisk-N.d there is nothing to compare. */
MUST_USE bool unpack_unedited(int dir, struct budget *budget, struct arena *a,
			      struct err *e);
