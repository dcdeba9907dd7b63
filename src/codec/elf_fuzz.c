/* What is taken for a program begins as one. */
#include "base/fuzz.h"

#include "codec/elf.h"

FUZZ(in)
{
	for (unsigned arm64 = 0; arm64 < 2; arm64++) {
		const char *why = elf_misfit(in, arm64);
		ASSERT(why ? why[0] != 0
			   : in.n > 64 && span_starts(in, SPAN("\x7f"
							       "ELF")));
	}
}
