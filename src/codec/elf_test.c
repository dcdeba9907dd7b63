#include "base/test.h"

#include <string.h>

#include "codec/elf.h"

enum { HEAD = 64, SEGMENT = 56, SIZE = HEAD + 2 * SEGMENT };

/* A header and two segments: PT_LOAD and PT_GNU_STACK. */
static void
program(uint8_t p[SIZE])
{
	memset(p, 0, SIZE);
	memcpy(p,
	       "\x7f"
	       "ELF\2\1\1",
	       7);
	p[16] = 2;
	p[18] = 62;
	p[32] = HEAD;
	p[54] = SEGMENT;
	p[56] = 2;
	p[HEAD] = 1;
	memcpy(p + HEAD + SEGMENT, "\x51\xe5\x74\x64", 4);
}

TEST(elf_that_runs_alone)
{
	uint8_t p[SIZE];
	program(p);
	CHECK(t, !elf_misfit(span_of(p, SIZE), false));
	p[16] = 3; /* position independent, and static all the same */
	CHECK(t, !elf_misfit(span_of(p, SIZE), false));
	p[18] = 183;
	CHECK(t, !elf_misfit(span_of(p, SIZE), true));
}

TEST(elf_refuses)
{
	static const struct {
		size_t at;
		uint8_t to;
		const char *why;
	} rows[] = {
		{ 0, '{', "is not an ELF program" },
		{ 4, 1, "64-bit" },
		{ 5, 2, "little-endian" },
		{ 16, 1, "an object" },
		{ 16, 4, "core" },
		{ 18, 183, "not for x86_64" },
		{ 18, 3, "not for x86_64" },
		{ HEAD + SEGMENT + 1, 0, NULL },
		{ 54, 32, "a size that nobody knows" },
		{ 57, 1, "ends before" },
		{ 39, 0xff, "ends before" },
		{ HEAD, 6, "nothing to run" },
		{ 56, 0, "nothing to run" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t p[SIZE];
		program(p);
		p[rows[i].at] = rows[i].to;
		const char *why = elf_misfit(span_of(p, SIZE), false);
		if (rows[i].why)
			CHECK_HAS(t, why ? why : "nothing", rows[i].why);
		else
			CHECK(t, !why);
	}
	uint8_t p[SIZE];
	program(p);
	memcpy(p + HEAD + SEGMENT, "\3\0\0\0", 4);
	CHECK_HAS(t, elf_misfit(span_of(p, SIZE), false), "dynamically");
	program(p);
	CHECK_HAS(t, elf_misfit(span_of(p, SIZE), true), "not for aarch64");
	CHECK_HAS(t, elf_misfit(SPAN("#!/bin/sh\n"), false), "a script");
	CHECK_HAS(t, elf_misfit(SPAN("{\"a\": 1}"), false),
		  "is not an ELF program");
	for (size_t n = 0; n < SIZE; n++)
		CHECK(t, elf_misfit(span_of(p, n), false));
}
