#include "eif/eif_kit.h"

#include <stdio.h>
#include <string.h>

#include "eif/content.h"
#include "sys/fs.h"

static struct span
input(struct test *t, const char *name)
{
	char path[128];
	snprintf(path, sizeof path, "nitro/eif/inputs/%s", name);
	return test_fixture(t, path);
}

/* The section of the reference's metadata, from the document given to it. */
static struct span
metadata(struct test *t, const char *name)
{
	DEFER(json_release) struct json *doc = NULL;
	DEFER(buf_free) struct buf b = buf_max(MIB);
	struct err e = { 0 };
	struct eif_meta meta;
	CHECK_OK(t, json_parse(input(t, name), &doc, &e), &e);
	CHECK_OK(t, eif_meta_read(doc, &meta, &e), &e);
	CHECK_OK(t, eif_meta_write(&meta, &b, &e), &e);
	return arena_dup(&t->arena, buf_view(&b));
}

struct rebuild {
	const char *want, *cmdline, *meta;
	uint16_t flags;
	size_t ramdisks;
};

static void
rebuild(struct test *t, const struct rebuild *r)
{
	static const char *const ramdisk[] = { "ramdisk0.cpio", "ramdisk1.cpio",
					       "ramdisk2.cpio" };
	DEFER(fd_closep) int fd = -1;
	struct eif_writer w;
	struct eif like = {
		.version = 4, .flags = r->flags, .mem = GIB, .cpus = 2
	};
	struct err e = { 0 };
	struct span got;
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	eif_writer_init(&w, fd, &like);
	CHECK_OK(t, eif_writer_span(&w, EIF_KERNEL, input(t, "kernel.bin"), &e),
		 &e);
	CHECK_OK(t, eif_writer_span(&w, EIF_CMDLINE, input(t, r->cmdline), &e),
		 &e);
	CHECK_OK(t, eif_writer_span(&w, EIF_METADATA, metadata(t, r->meta), &e),
		 &e);
	for (size_t i = 0; i < r->ramdisks; i++)
		CHECK_OK(t,
			 eif_writer_span(&w, EIF_RAMDISK, input(t, ramdisk[i]),
					 &e),
			 &e);
	CHECK_OK(t, eif_writer_finish(&w, &e), &e);
	CHECK_OK(t, fs_read_fd(fd, MIB, &t->arena, &got, &e), &e);
	CHECK_SPAN(t, got, test_fixture(t, r->want));
}

TEST(eif_write_gives_the_reference_s_bytes)
{
	static const struct rebuild rows[] = {
		{ "nitro/eif/v4_one_ramdisk_x86_64.eif", "cmdline_x86_64.txt",
		  "meta.json", 0, 1 },
		{ "nitro/eif/v4_two_ramdisks_x86_64.eif", "cmdline_x86_64.txt",
		  "meta.json", 0, 2 },
		{ "nitro/eif/v4_three_ramdisks_aarch64.eif",
		  "cmdline_aarch64.txt", "meta_custom.json", EIF_FLAG_ARM64,
		  3 },
	};
	if (!test_fixture_path(t, "nitro/eif/inputs/meta.json"))
		return;
	for (size_t i = 0; i < COUNT(rows); i++)
		rebuild(t, &rows[i]);
}

TEST(eif_write_refuses_what_reading_would)
{
	static const struct {
		enum eif_type type[4];
		const char *id;
	} rows[] = {
		{ { EIF_KERNEL, EIF_KERNEL }, "eif-duplicate-section" },
		{ { EIF_RAMDISK, EIF_KERNEL }, "eif-section-order" },
		{ { EIF_CMDLINE, EIF_RAMDISK, EIF_KERNEL },
		  "eif-section-order" },
		{ { EIF_KERNEL, EIF_CMDLINE }, "eif-missing-section" },
		{ { EIF_CMDLINE, EIF_METADATA, EIF_METADATA },
		  "eif-duplicate-section" },
		{ { EIF_TYPES }, "eif-section-type" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(fd_closep) int fd = -1;
		struct eif_writer w;
		struct eif like = { .version = 4 };
		struct err e = { 0 };
		bool ok = true;
		CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
		eif_writer_init(&w, fd, &like);
		for (size_t k = 0; ok && rows[i].type[k]; k++)
			ok = eif_writer_span(&w, rows[i].type[k], SPAN("x"),
					     &e);
		CHECK(t, !ok || !eif_writer_finish(&w, &e));
		CHECK_STR(t, e.id, rows[i].id);
	}
}

TEST(eif_write_at_most_32_sections)
{
	DEFER(fd_closep) int fd = -1;
	struct eif_writer w;
	struct eif like = { .version = 4 }, again;
	struct notes n = { .arena = &t->arena };
	struct err e = { 0 };
	struct blob b;
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	eif_writer_init(&w, fd, &like);
	CHECK_OK(t, eif_writer_span(&w, EIF_KERNEL, SPAN("k"), &e), &e);
	CHECK_OK(t, eif_writer_span(&w, EIF_CMDLINE, SPAN("c"), &e), &e);
	for (unsigned i = 0; i < 30; i++)
		CHECK_OK(t, eif_writer_span(&w, EIF_RAMDISK, SPAN("r"), &e),
			 &e);
	CHECK(t, !eif_writer_span(&w, EIF_RAMDISK, SPAN("r"), &e));
	CHECK_STR(t, e.id, "eif-section-count");
	CHECK_OK(t, eif_writer_finish(&w, &e), &e);
	CHECK_OK(t, fs_blob(fd, &b, &e), &e);
	CHECK_OK(t, eif_open(&b, &again, &n, &e), &e);
	CHECK_U(t, again.n, 32);
}

/* What was put, in pieces, is what is found; longer than the ring. */
TEST(eif_write_measures_what_was_put)
{
	DEFER(fd_closep) int fd = -1;
	struct eif_writer w;
	struct eif like = { .version = 4, .flags = 0x0240, .unused = 7 }, again;
	struct eif_measure_plan plan = { .sha256 = true };
	struct digest put[3] = { 0 };
	struct notes n = { .arena = &t->arena };
	struct err e = { 0 };
	struct measured m;
	struct hash h;
	struct span all;
	struct blob b;
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	eif_writer_init(&w, fd, &like);
	CHECK_OK(t, eif_writer_span(&w, EIF_KERNEL, SPAN("k"), &e), &e);
	CHECK_OK(t, eif_writer_span(&w, EIF_CMDLINE, SPAN("c"), &e), &e);
	for (unsigned r = 0; r < COUNT(put); r++) {
		CHECK_OK(t, digest_init(&put[r], DIGEST_SHA384, &e), &e);
		CHECK_OK(t, eif_writer_begin(&w, EIF_RAMDISK, 0, &e), &e);
		struct sink k = eif_writer_sink(&w);
		for (unsigned i = 0; i < 40; i++) {
			struct span s = kit_noise(t, 9999 * i, i + r);
			CHECK_OK(t, sink_write(&k, s, &e), &e);
			CHECK_OK(t, digest_update(&put[r], s, &e), &e);
		}
		CHECK_OK(t, eif_writer_end(&w, &e), &e);
	}
	CHECK_OK(t, eif_writer_finish(&w, &e), &e);
	CHECK_OK(t, eif_writer_measure(&w, &plan, &t->arena, &m, &e), &e);
	CHECK_U(t, m.n, 5);
	for (unsigned r = 0; r < COUNT(put); r++) {
		CHECK_OK(t, digest_final(&put[r], &h, &e), &e);
		CHECK_SPAN(t, hash_span(&m.section[2 + r].digest),
			   hash_span(&h));
	}
	CHECK_OK(t, fs_read_fd(fd, 64 * MIB, &t->arena, &all, &e), &e);
	CHECK_OK(t, digest_of(DIGEST_SHA256, &all, 1, &h, &e), &e);
	CHECK_SPAN(t, hash_span(&m.sha256), hash_span(&h));
	CHECK_OK(t, fs_blob(fd, &b, &e), &e);
	CHECK_OK(t, eif_open(&b, &again, &n, &e), &e);
	CHECK_U(t, again.flags, 0x0240);
	CHECK_U(t, again.unused, 7);
	CHECK_U(t, again.crc, w.eif.crc);
}

/* Somebody else's hand, or a disk that lies. */
TEST(eif_write_notices_what_changed)
{
	static const uint64_t at[] = { 6, 100, EIF_HEADER, EIF_HEADER + 12 };
	DEFER(fd_closep) int fd = -1;
	struct eif_writer w;
	struct eif like = { .version = 4 };
	struct eif_measure_plan plan = { .single = true };
	struct err e = { 0 };
	struct measured m;
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	eif_writer_init(&w, fd, &like);
	CHECK_OK(t, eif_writer_span(&w, EIF_KERNEL, SPAN("k"), &e), &e);
	CHECK_OK(t, eif_writer_span(&w, EIF_CMDLINE, SPAN("c"), &e), &e);
	CHECK_OK(t, eif_writer_span(&w, EIF_RAMDISK, SPAN("r"), &e), &e);
	CHECK_OK(t, eif_writer_finish(&w, &e), &e);
	for (size_t i = 0; i < COUNT(at); i++) {
		uint8_t was, is;
		CHECK_OK(t, fs_pread(fd, &was, 1, at[i], &e), &e);
		is = was ^ 1;
		CHECK_OK(t, fs_pwrite(fd, span_of(&is, 1), at[i], &e), &e);
		CHECK(t, !eif_writer_measure(&w, &plan, &t->arena, &m, &e));
		CHECK(t, e.code == ERR_SYS);
		CHECK_HAS(t, e.msg, "not what was written");
		CHECK_OK(t, fs_pwrite(fd, span_of(&was, 1), at[i], &e), &e);
	}
	e = (struct err){ 0 };
	CHECK_OK(t, eif_writer_measure(&w, &plan, &t->arena, &m, &e), &e);
}

TEST(eif_write_tells_a_full_disk)
{
	struct eif_writer w;
	DEFER(out_abort) struct out o = OUT_NONE;
	struct eif like = { .version = 4 };
	struct err e = { 0 };
	CHECK_OK(t, out_open(&o, "/dev/full", 0644, &e), &e);
	eif_writer_init(&w, o.fd, &like);
	CHECK(t, !eif_writer_span(&w, EIF_KERNEL, SPAN("k"), &e));
	CHECK(t, e.code == ERR_SYS && e.sys != 0);
}

/* 0x238 bytes that look like a kernel for kimage.c. */
static struct span
kernel(struct test *t, bool arm64)
{
	uint8_t *p = NEW(&t->arena, uint8_t, 0x400);
	ASSERT(p);
	if (arm64) {
		memcpy(p + 0x38, "ARM\x64", 4);
		p[10] = 0x20;
		return span_of(p, 0x400);
	}
	memcpy(p + 0x1fe, "\x55\xaa", 2);
	memcpy(p + 0x202, "HdrS", 4);
	memcpy(p + 0x20e, "\x00\x01", 2);
	memcpy(p + 0x300, "6.12.43 (x@y) #1", 16);
	return span_of(p, 0x400);
}

TEST(eif1_writes_kernel_command_line_metadata)
{
	DEFER(fd_closep) int fd = -1;
	struct eif_writer w;
	struct span bz = kernel(t, false);
	struct blob k = blob_of(&bz), b;
	struct eif1 r = { .kernel = &k, .cmdline = SPAN("console=ttyS0") };
	struct eif_content c;
	struct notes n = { .arena = &t->arena };
	struct eif f;
	struct err e = { 0 };
	r.meta.image_name = SPAN("hello");
	r.meta.image_version = SPAN("1");
	CHECK_OK(t, eif1_meta(&r, 86400 * 366, &t->arena, &e), &e);
	CHECK_OK(t, fs_tmpfile(NULL, &fd, &e), &e);
	CHECK_OK(t, eif1_begin(&w, fd, &r, &t->arena, &e), &e);
	CHECK_OK(t, eif_writer_span(&w, EIF_RAMDISK, SPAN("r"), &e), &e);
	CHECK_OK(t, eif_writer_finish(&w, &e), &e);
	CHECK_OK(t, fs_blob(fd, &b, &e), &e);
	CHECK_OK(t, eif_open(&b, &f, &n, &e), &e);
	CHECK_OK(t, eif_content_read(&b, &f, &t->arena, &c, &n, &e), &e);
	CHECK_U(t, n.n, 0);
	CHECK_U(t, f.mem, GIB);
	CHECK_U(t, f.cpus, 2);
	CHECK(t, c.meta_ok);
	CHECK_SPAN(t, c.meta.kernel_version, SPAN("6.12.43"));
	CHECK_SPAN(t, c.meta.build_time, SPAN("1971-01-02T00:00:00+00:00"));
	CHECK_SPAN(t, c.meta.build_tool, SPAN("veraclave"));
	CHECK_SPAN(t, c.cmdline, SPAN("console=ttyS0"));
	eif_content_finish(&c);
}

TEST(eif1_refuses)
{
	struct span bz = kernel(t, false), arm = kernel(t, true);
	struct span filler = kit_noise(t, 2000, 1);
	struct {
		struct span kernel, cmdline;
		bool arm64;
		const char *id, *why;
	} rows[] = {
		{ filler, SPAN("c"), false, "eif-kernel", "neither a bzImage" },
		{ arm, SPAN("c"), false, "eif-kernel", "is for aarch64" },
		{ bz, SPAN("c"), true, "eif-kernel", "is for x86_64" },
		{ bz, SPAN(""), false, "eif-cmdline", "is empty" },
		{ bz, SPAN("c\n"), false, "eif-cmdline", "newline" },
		{ bz, SPAN("c\0c"), false, "eif-cmdline", "NUL" },
		{ bz, kit_noise(t, LIMIT_CMDLINE + 1, 1), false, "eif-cmdline",
		  "longer" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct eif_writer w;
		struct blob k = blob_of(&rows[i].kernel);
		struct eif1 r = { .kernel = &k,
				  .cmdline = rows[i].cmdline,
				  .arm64 = rows[i].arm64 };
		struct err e = { 0 };
		CHECK(t, !eif1_begin(&w, -1, &r, &t->arena, &e));
		CHECK_STR(t, e.id, rows[i].id);
		CHECK_HAS(t, e.msg, rows[i].why);
		CHECK(t, e.code == ERR_INPUT);
	}
}
