#include "codec/crc32.h"

#include <libdeflate.h>

/* 0x04c11db7 with the bits in reverse. */
#define POLY UINT32_C(0xedb88320)
/* x^0 and x^8 in that notation: the highest bit is the lowest power. */
#define X_0 UINT32_C(0x80000000)
#define X_8 UINT32_C(0x00800000)

uint32_t
crc32_of(uint32_t crc, struct span s)
{
	return s.n ? libdeflate_crc32(crc, s.p, s.n) : crc;
}

/* The product of two polynomials modulo the generator. */
static uint32_t
times(uint32_t a, uint32_t b)
{
	uint32_t product = 0;
	for (uint32_t bit = X_0; bit; bit >>= 1) {
		product ^= a & bit ? b : 0;
		b = b >> 1 ^ (b & 1 ? POLY : 0);
	}
	return product;
}

/* Appending n bytes multiplies what was there by x^(8n). */
uint32_t
crc32_join(uint32_t a, uint32_t b, uint64_t b_bytes)
{
	uint32_t shift = X_0;
	for (uint32_t square = X_8; b_bytes; b_bytes >>= 1) {
		if (b_bytes & 1)
			shift = times(shift, square);
		square = times(square, square);
	}
	return times(a, shift) ^ b;
}
