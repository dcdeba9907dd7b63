#include "eif/eif_kit.h"

#include "codec/crc32.h"
#include "sys/fs.h"

struct span
kit_metadata(void)
{
	return SPAN("{\"ImageName\":\"n\",\"ImageVersion\":\"v\","
		    "\"BuildMetadata\":{"
		    "\"BuildTime\":\"1970-01-01T00:00:00+00:00\",\"BuildTool\":"
		    "\"t\","
		    "\"BuildToolVersion\":\"1\",\"OperatingSystem\":\"Linux\","
		    "\"KernelVersion\":\"6\"},\"DockerInfo\":null,"
		    "\"CustomMetadata\":null}");
}

struct span
kit_eif(struct test *t, const struct kit_section *s, size_t n)
{
	DEFER(fd_closep) int fd = -1;
	struct eif_writer w;
	struct eif like = { .version = 4, .mem = GIB, .cpus = 2 };
	struct err e = { 0 };
	struct span out = { 0 };
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	eif_writer_init(&w, fd, &like);
	for (size_t i = 0; i < n; i++)
		CHECK_OK(t, eif_writer_span(&w, s[i].type, s[i].data, &e), &e);
	CHECK_OK(t, eif_writer_finish(&w, &e), &e);
	CHECK_OK(t, fs_read_fd(fd, 64 * MIB, &t->arena, &out, &e), &e);
	return out;
}

struct span
kit_plain(struct test *t)
{
	const struct kit_section s[] = {
		{ EIF_KERNEL, kit_noise(t, 700, 1) },
		{ EIF_CMDLINE, SPAN("console=ttyS0") },
		{ EIF_METADATA, kit_metadata() },
		{ EIF_RAMDISK, kit_noise(t, 300, 2) },
		{ EIF_RAMDISK, kit_noise(t, 400, 3) },
	};
	return kit_eif(t, s, COUNT(s));
}

static uint64_t
be(const uint8_t *p, unsigned n)
{
	uint64_t v = 0;
	for (unsigned i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

void
kit_fix_crc(uint8_t *p, size_t n)
{
	struct span all = { p, n };
	uint32_t crc = crc32_of(0, span_sub(all, 0, EIF_CRC_AT));
	for (size_t i = 0; i < be(p + 26, 2) && i < EIF_SECTIONS; i++) {
		uint64_t at = be(p + EIF_TABLE_AT + 8 * i, 8);
		uint64_t size = be(p + EIF_TABLE_AT + 256 + 8 * i, 8);
		crc = crc32_of(crc, span_sub(all, at, size + 12));
	}
	for (unsigned i = 0; i < 4; i++)
		p[EIF_CRC_AT + i] = (uint8_t)(crc >> (24 - 8 * i));
}

struct span
kit_noise(struct test *t, size_t n, uint32_t seed)
{
	uint8_t *p = NEW(&t->arena, uint8_t, n + 1);
	ASSERT(p);
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (uint8_t)(seed >> 24);
	}
	return (struct span){ p, n };
}
