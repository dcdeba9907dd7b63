#include "codec/elf.h"

enum { MACHINE_X86_64 = 62, MACHINE_AARCH64 = 183 };
enum { TYPE_EXEC = 2, TYPE_DYN = 3 };
enum { SEGMENT_LOAD = 1, SEGMENT_INTERP = 3 };
enum { HEADER = 64, SEGMENT = 56 };

#define CUT "ends before its headers do"

struct head {
	unsigned type, machine, size, count;
	uint64_t at;
};

static uint64_t
le(struct span s, size_t at, unsigned n)
{
	uint64_t v = 0;
	while (n--)
		v = v << 8 | s.p[at + n];
	return v;
}

static struct head
read_head(struct span s)
{
	return (struct head){ .type = (unsigned)le(s, 16, 2),
			      .machine = (unsigned)le(s, 18, 2),
			      .at = le(s, 32, 8),
			      .size = (unsigned)le(s, 54, 2),
			      .count = (unsigned)le(s, 56, 2) };
}

static const char *
segments_misfit(struct span s, const struct head *h)
{
	bool loads = false;
	uint64_t bytes = (uint64_t)h->size * h->count;
	if (h->count && h->size != SEGMENT)
		return "has a program header of a size that nobody knows";
	if (h->at > s.n || bytes > s.n - h->at)
		return CUT;
	for (unsigned i = 0; i < h->count; i++) {
		uint64_t kind = le(s, (size_t)h->at + i * (size_t)SEGMENT, 4);
		if (kind == SEGMENT_INTERP)
			return "is linked dynamically, and there are no"
			       " libraries beside it: link it statically";
		loads = loads || kind == SEGMENT_LOAD;
	}
	return loads ? NULL : "holds nothing to run";
}

const char *
elf_misfit(struct span file, bool arm64)
{
	if (span_starts(file, SPAN("#!")))
		return "is a script, and there is no interpreter beside it";
	if (!span_starts(file, SPAN("\x7f"
				    "ELF")))
		return "is not an ELF program";
	if (file.n < HEADER)
		return CUT;
	if (file.p[4] != 2 || file.p[5] != 1)
		return "is not a 64-bit little-endian program";
	struct head h = read_head(file);
	if (h.machine != (arm64 ? MACHINE_AARCH64 : MACHINE_X86_64))
		return arm64 ? "is not for aarch64" : "is not for x86_64";
	if (h.type != TYPE_EXEC && h.type != TYPE_DYN)
		return "is an object or a core file, not a program";
	return segments_misfit(file, &h);
}
