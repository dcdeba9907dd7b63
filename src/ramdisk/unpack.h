/*
 * A ramdisk as files below a directory, and whether such files are still those
 * of the ramdisk that they came from.
 */
#pragma once

#include "base/blob.h"
#include "base/arena.h"
#include "base/budget.h"

struct unpack_count {
	uint64_t files, skipped; /* skipped: devices and FIFOs */
};
/* For what ramdisks become when they are decompressed: as much as their size
 * allows, or `max` when that is not 0. */
struct budget unpack_budget(uint64_t max);
struct unpack_plan {
	bool devices;          /* make device nodes and FIFOs, too */
	struct budget *budget; /* for what is decompressed; NULL: none */
};
/*
 * What is in a ramdisk, below `dir`: plain, gzip, zstd or xz cpio. Owners,
 * times and set-id bits are not kept. Devices and FIFOs are made only when
 * asked for. ERR_INPUT when it is no cpio archive or has hostile names.
 */
MUST_USE bool ramdisk_unpack(const struct blob *ramdisk, int dir,
			     const struct unpack_plan *plan,
			     struct unpack_count *n, struct err *e);
/* Files, directories and links below each ramdisk-N.d of `dir` are those of
 * the archive ramdisk-N beside it; ERR_INPUT "unpack-edited" names the first
 * that is not. Without ramdisk-N.d there is nothing to compare. */
MUST_USE bool unpack_unedited(int dir, struct budget *budget, struct arena *a,
			      struct err *e);
