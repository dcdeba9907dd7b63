/* What reading and writing CBOR share. For this folder only. */
#pragma once

/* The three upper bits of an item's first byte (RFC 8949, 3.1). */
enum major {
	MAJOR_UINT,
	MAJOR_NINT,
	MAJOR_BYTES,
	MAJOR_TEXT,
	MAJOR_ARRAY,
	MAJOR_MAP,
	MAJOR_TAG,
	MAJOR_OTHER,
};

/* The five lower bits that are no value of their own (3). */
enum { INFO_8 = 24, INFO_16, INFO_32, INFO_64, INFO_INDEFINITE = 31 };
enum { SIMPLE_FALSE = 20, SIMPLE_TRUE, SIMPLE_NULL, SIMPLE_UNDEFINED };
enum { BREAK = 0xff };
