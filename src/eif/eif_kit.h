/* For tests and fuzz targets of this folder: enclave images in memory. */
#pragma once

#include "base/test.h"
#include "eif/write.h"

struct kit_section {
	enum eif_type type;
	struct span data;
};

/* A version 4 image with these sections, made by the writer. */
struct span kit_eif(struct test *t, const struct kit_section *s, size_t n);
/* Kernel, command line, metadata and two ramdisks, without oddities but for
 * the kernel, which is filler. */
struct span kit_plain(struct test *t);
/* Puts the right checksum, for readers by table, into a copy. */
void kit_fix_crc(uint8_t *eif, size_t n);
/* n bytes that no compressor likes and that depend on seed. */
struct span kit_noise(struct test *t, size_t n, uint32_t seed);

/* Metadata that AWS's reader takes. */
struct span kit_metadata(void);
