/*
 * CRC-32/ISO-HDLC, the checksum of gzip, PNG and EIF: polynomial 0x04c11db7
 * reflected, initial value and final XOR all ones. libdeflate computes it with
 * carry-less multiplication where the processor has that.
 */
#pragma once

#include "base/span.h"

/* Continues from crc; 0 starts. */
uint32_t crc32_of(uint32_t crc, struct span s);
/* The checksum of a followed by b, from their checksums and the length of b. */
uint32_t crc32_join(uint32_t a, uint32_t b, uint64_t b_bytes);
