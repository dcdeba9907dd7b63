/*
 * The layout of an enclave image file, versions 2 to 4 (AWS image-format
 * library, src/defs/mod.rs; docs/formats/eif.md). Integers are big-endian.
 */
#pragma once

#include "base/limits.h"
#include "base/span.h"

enum {
	EIF_HEADER = 548,        /* bytes of the file header */
	EIF_CRC_AT = 544,        /* of which the last four are the CRC */
	EIF_SECTION_HEADER = 12, /* bytes before each section's data */
	EIF_SECTIONS = LIMIT_EIF_SECTIONS,
	EIF_TABLE_AT = 28, /* 32 offsets, then 32 sizes, 8 bytes each */
};

/* Bit 0 of the header's flags; the others are passed on as they are. */
#define EIF_FLAG_ARM64 0x0001

enum eif_type {
	EIF_INVALID,
	EIF_KERNEL,
	EIF_CMDLINE,
	EIF_RAMDISK,
	EIF_SIGNATURE,
	EIF_METADATA,
	EIF_TYPES,
};

/* "kernel", "cmdline", "ramdisk", "signature", "metadata". */
const char *eif_type_name(enum eif_type type);
