#include "eif/eif_kit.h"

#include <stdio.h>
#include <string.h>

#include "codec/hex.h"
#include "eif/content.h"
#include "pcrs/pcr.h"

struct seen {
	struct eif eif;
	struct measured m;
	struct eif_content content;
	struct notes notes;
};

/* Everything that describe does with the bytes of a file. */
static bool
read_all(struct span bytes, struct arena *a, struct seen *s, struct err *e)
{
	struct blob b = blob_of(&bytes);
	struct eif_measure_plan plan = { .single = true };
	*s = (struct seen){ .notes = { .arena = a } };
	bool ok = eif_open(&b, &s->eif, &s->notes, e) &&
		  eif_measure(&b, &s->eif, &plan, a, &s->m, e) &&
		  eif_content_read(&b, &s->eif, a, &s->content, &s->notes, e);
	eif_content_finish(&s->content);
	return ok;
}

/* As read_all, in memory of its own. */
static bool
reads(struct span bytes, struct err *e)
{
	struct arena a = { 0 };
	struct seen s;
	bool ok = read_all(bytes, &a, &s, e);
	arena_finish(&a);
	return ok;
}

static uint8_t *
copy_of(struct test *t, struct span s)
{
	uint8_t *p = NEW(&t->arena, uint8_t, s.n + 16);
	ASSERT(p);
	memcpy(p, s.p, s.n);
	return p;
}

TEST(eif_reads_what_was_written)
{
	struct err e = { 0 };
	struct seen s;
	CHECK_OK(t, read_all(kit_plain(t), &t->arena, &s, &e), &e);
	CHECK_U(t, s.eif.n, 5);
	CHECK_U(t, s.eif.section[1].at, 548 + 12 + 700);
	CHECK_U(t, s.eif.section[4].size, 400);
	CHECK_SPAN(t, s.content.cmdline, SPAN("console=ttyS0"));
	CHECK(t, s.notes.n == 1 && note_has(&s.notes, "eif-kernel"));
}

/* One change to a good file, and the rule that it breaks. */
TEST(eif_refuses)
{
	static const struct {
		const char *id;
		size_t at;
		const char *hex;
	} rows[] = {
		{ "eif-magic", 0, "2f" },
		{ "eif-version", 5, "01" },
		{ "eif-version", 5, "05" },
		{ "eif-section-count", 26, "0000" },
		{ "eif-section-count", 26, "0021" },
		{ "eif-table-order", 26, "0006" },
		{ "eif-trailing", 26, "0004" },
		{ "eif-gap", EIF_TABLE_AT + 7, "25" },
		{ "eif-gap", EIF_TABLE_AT, "0000000000000223" },
		{ "eif-table-order", EIF_TABLE_AT + 8, "0000000000000224" },
		{ "eif-truncated", EIF_TABLE_AT + 32, "ff" },
		{ "eif-section-size", EIF_TABLE_AT + 256 + 7, "bd" },
		{ "eif-section-size", EIF_HEADER + 11, "bd" },
		{ "eif-section-type", EIF_HEADER, "0000" },
		{ "eif-section-type", EIF_HEADER, "0006" },
		{ "eif-section-type", EIF_HEADER, "0101" },
		{ "eif-missing-section", EIF_HEADER + 1, "04" },
		{ "eif-duplicate-section", EIF_HEADER + 1, "02" },
		{ "eif-crc", EIF_HEADER + 12, "00" },
		{ "eif-crc", EIF_CRC_AT, "00" },
		{ "eif-crc", 15, "01" },
	};
	struct span good = kit_plain(t);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		uint8_t *p = copy_of(t, good);
		struct span bytes = test_hex(t, rows[i].hex);
		memcpy(p + rows[i].at, bytes.p, bytes.n);
		CHECK(t, !reads(span_of(p, good.n), &e));
		CHECK_STR(t, e.id, rows[i].id);
		CHECK(t, e.code == ERR_INPUT && e.msg[0] && e.hint[0]);
	}
}

TEST(eif_refuses_the_whole)
{
	const struct kit_section long_signature[] = {
		{ EIF_KERNEL, SPAN("k") },
		{ EIF_CMDLINE, SPAN("c") },
		{ EIF_RAMDISK, SPAN("r") },
		{ EIF_SIGNATURE, kit_noise(t, LIMIT_EIF_SIGNATURE, 1) },
	};
	struct err e = { 0 };
	struct span s = kit_eif(t, long_signature, COUNT(long_signature));
	CHECK_OK(t, reads(s, &e), &e);
	/* one byte more, in the table and in the section's header */
	uint8_t *p = copy_of(t, s);
	p[EIF_TABLE_AT + 256 + 8 * 3 + 7] = 1;
	p[s.n - LIMIT_EIF_SIGNATURE - 1] = 1;
	CHECK(t, !reads(span_of(p, s.n + 1), &e));
	CHECK_STR(t, e.id, "eif-section-limit");
	/* 16 bytes behind the end */
	p = copy_of(t, s);
	CHECK(t, !reads(span_of(p, s.n + 16), &e));
	CHECK_STR(t, e.id, "eif-trailing");
}

TEST(eif_warns)
{
	static const struct {
		const char *id;
		size_t at;
		const char *hex;
	} rows[] = {
		{ "eif-old-version", 5, "03" },
		{ "eif-old-version", 5, "02" },
		{ "eif-flags", 6, "0240" },
		{ "eif-unused", 25, "01" },
		{ "eif-unused", EIF_TABLE_AT + 8 * 31, "01" },
		{ "eif-unused", EIF_CRC_AT - 1, "01" },
		{ "eif-section-flags", EIF_HEADER + 3, "01" },
		{ "eif-cmdline", 548 + 12 + 700 + 12, "00" },
		{ "eif-cmdline", 548 + 12 + 700 + 12 + 12, "0a" },
		{ "eif-metadata", 548 + 12 + 700 + 12 + 13 + 12, "00" },
		{ "eif-no-metadata", 548 + 12 + 700 + 12 + 13 + 1, "04" },
	};
	struct span good = kit_plain(t);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct seen s;
		uint8_t *p = copy_of(t, good);
		struct span bytes = test_hex(t, rows[i].hex);
		memcpy(p + rows[i].at, bytes.p, bytes.n);
		kit_fix_crc(p, good.n);
		CHECK_OK(t, read_all(span_of(p, good.n), &t->arena, &s, &e),
			 &e);
		CHECK_U(t, s.notes.n, 2);
		CHECK(t, note_has(&s.notes, rows[i].id));
	}
}

/* One rule for images that are read and for images that are written. */
TEST(command_line_has_one_rule)
{
	static const char longest[LIMIT_CMDLINE + 1];
	const struct {
		struct span text;
		const char *fault;
	} rows[] = {
		{ SPAN("console=ttyS0 reboot=k"), NULL },
		{ SPAN("a\tb \xc3\xa9"), NULL },
		{ SPAN(""), "is empty" },
		{ SPAN("a\n"), "newline" },
		{ SPAN("a\nb"), "control" },
		{ SPAN("a\rb"), "control" },
		{ SPAN("\1"), "control" },
		{ SPAN("a\x7f"), "control" },
		{ SPAN("a\0b"), "NUL" },
		{ { (const uint8_t *)longest, sizeof longest }, "longer" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		bool ok = cmdline_check(rows[i].text, &e);
		CHECK(t, ok == !rows[i].fault);
		CHECK(t, ok == !cmdline_fault(rows[i].text));
		if (ok)
			continue;
		CHECK_STR(t, e.id, "eif-cmdline");
		CHECK_HAS(t, e.msg, rows[i].fault);
	}
}

TEST(eif_command_line_first)
{
	const struct kit_section odd[] = { { EIF_CMDLINE, SPAN("c") },
					   { EIF_KERNEL, SPAN("k") },
					   { EIF_RAMDISK, SPAN("r") } };
	const struct kit_section same[] = { { EIF_KERNEL, SPAN("c") },
					    { EIF_CMDLINE, SPAN("k") },
					    { EIF_RAMDISK, SPAN("r") } };
	struct err e = { 0 };
	struct seen a, b;
	CHECK_OK(t, read_all(kit_eif(t, odd, 3), &t->arena, &a, &e), &e);
	CHECK_OK(t, read_all(kit_eif(t, same, 3), &t->arena, &b, &e), &e);
	CHECK(t, note_has(&a.notes, "eif-order"));
	CHECK_SPAN(t, hash_span(&a.m.pcr0), hash_span(&b.m.pcr0));
}

/* AWS's library and QEMU hash what they meet; PCR1 has no later ramdisk. */
TEST(eif_command_line_after_a_ramdisk)
{
	const struct kit_section odd[] = { { EIF_KERNEL, SPAN("k") },
					   { EIF_RAMDISK, SPAN("r") },
					   { EIF_RAMDISK, SPAN("s") },
					   { EIF_CMDLINE, SPAN("c") } };
	struct span all[] = { SPAN("krsc") }, boot[] = { SPAN("krc") };
	struct err e = { 0 };
	struct hash h, pcr0, pcr1;
	struct seen a;
	CHECK_OK(t, read_all(kit_eif(t, odd, 4), &t->arena, &a, &e), &e);
	CHECK(t, note_has(&a.notes, "eif-order"));
	CHECK_OK(t, digest_of(DIGEST_SHA384, all, 1, &h, &e), &e);
	CHECK_OK(t, pcr_of_digest(&h, &pcr0, &e), &e);
	CHECK_OK(t, digest_of(DIGEST_SHA384, boot, 1, &h, &e), &e);
	CHECK_OK(t, pcr_of_digest(&h, &pcr1, &e), &e);
	CHECK_SPAN(t, hash_span(&a.m.pcr0), hash_span(&pcr0));
	CHECK_SPAN(t, hash_span(&a.m.pcr1), hash_span(&pcr1));
}

TEST(eif_ramdisk_before_the_kernel)
{
	const struct kit_section odd[] = { { EIF_KERNEL, SPAN("r") },
					   { EIF_CMDLINE, SPAN("c") },
					   { EIF_RAMDISK, SPAN("k") } };
	struct err e = { 0 };
	struct span s = kit_eif(t, odd, 3);
	uint8_t *p = copy_of(t, s);
	p[EIF_HEADER + 1] = EIF_RAMDISK;
	p[s.n - 1 - EIF_SECTION_HEADER + 1] = EIF_KERNEL;
	CHECK(t, !reads(span_of(p, s.n), &e));
	CHECK_STR(t, e.id, "eif-section-order");
}

TEST(eif_empty_ramdisk)
{
	const struct kit_section odd[] = { { EIF_KERNEL, SPAN("k") },
					   { EIF_CMDLINE, SPAN("c") },
					   { EIF_RAMDISK, SPAN("r") },
					   { EIF_RAMDISK, SPAN("") } };
	struct err e = { 0 };
	struct seen a, b;
	CHECK_OK(t, read_all(kit_eif(t, odd, 4), &t->arena, &a, &e), &e);
	CHECK(t, note_has(&a.notes, "eif-empty-ramdisk"));
	CHECK_OK(t, read_all(kit_eif(t, odd, 3), &t->arena, &b, &e), &e);
	CHECK(t, !note_has(&b.notes, "eif-empty-ramdisk"));
	CHECK_SPAN(t, hash_span(&a.m.pcr0), hash_span(&b.m.pcr0));
	CHECK_SPAN(t, hash_span(&a.m.pcr2), hash_span(&b.m.pcr2));
}

TEST(eif_notices_a_flipped_bit_anywhere)
{
	struct span good = kit_plain(t);
	uint8_t *p = copy_of(t, good);
	for (size_t i = 0; i < good.n; i++) {
		struct err e = { 0 };
		p[i] ^= (uint8_t)(1 << i % 8);
		CHECK(t, !reads(span_of(p, good.n), &e));
		CHECK(t, e.code == ERR_INPUT && e.id);
		p[i] ^= (uint8_t)(1 << i % 8);
	}
}

TEST(eif_survives_truncation)
{
	struct span good = kit_plain(t);
	for (size_t n = 0; n < good.n; n++) {
		struct err e = { 0 };
		CHECK(t, !reads(span_sub(good, 0, n), &e));
		CHECK_STR(t, e.id, "eif-truncated");
	}
}

TEST(eif_survives_every_failed_allocation)
{
	struct span good = kit_plain(t);
	bool ok = false;
	unsigned n = 0;
	for (; !ok && n < 100; n++) {
		struct arena a = { .fail_in = n + 1 };
		struct err e = { 0 };
		struct seen s;
		ok = read_all(good, &a, &s, &e);
		/* a lost remark is the only loss that does not refuse */
		CHECK(t, ok || e.code == ERR_LIMIT);
		CHECK(t, !ok || !a.failed || s.notes.failed);
		arena_finish(&a);
	}
	CHECK(t, n > 4 && n < 100);
}

TEST(eif_digest_is_as_documented)
{
	struct span good = kit_plain(t);
	struct err e = { 0 };
	struct seen s;
	struct hash got, want, inner;
	CHECK_OK(t, read_all(good, &t->arena, &s, &e), &e);
	CHECK_OK(t, eif_digest(&s.eif, &s.m, &got, &e), &e);
	DEFER(buf_free) struct buf b = buf_max(4 * KIB);
	buf_span(&b, span_sub(good, 0, 548));
	for (size_t i = 0; i < s.eif.n; i++) {
		struct span data = span_sub(good, s.eif.section[i].at + 12,
					    s.eif.section[i].size);
		CHECK_OK(t, digest_of(DIGEST_SHA384, &data, 1, &inner, &e), &e);
		buf_span(&b, span_sub(good, s.eif.section[i].at, 12));
		buf_span(&b, hash_span(&inner));
	}
	struct span all = buf_view(&b);
	CHECK_OK(t, digest_of(DIGEST_SHA384, &all, 1, &want, &e), &e);
	CHECK_SPAN(t, hash_span(&got), hash_span(&want));
}

TEST(eif_rules_have_names)
{
	for (size_t i = 0; i < EIF_RULES; i++) {
		CHECK(t, span_starts(span_str(eif_rules[i].id), SPAN("eif-")));
		CHECK(t, eif_rules[i].about && *eif_rules[i].about);
		CHECK(t, !eif_rules[i].refuses == !eif_rules[i].hint);
		for (size_t k = 0; k < i; k++)
			CHECK(t, strcmp(eif_rules[i].id, eif_rules[k].id) != 0);
	}
}
