#include "base/test.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/blob.h"
#include "base/budget.h"
#include "base/buf.h"
#include "base/fmt.h"
#include "base/map.h"
#include "base/near.h"
#include "base/note.h"
#include "base/num.h"
#include "base/reader.h"

TEST(span_order_is_unsigned_and_prefix_first)
{
	CHECK(t, span_cmp(SPAN("a"), SPAN("ab")) < 0);
	CHECK(t, span_cmp(SPAN("\xff"), SPAN("a")) > 0);
	CHECK(t, span_cmp(SPAN("a b"), SPAN("a/x")) < 0);
	CHECK(t, span_cmp(SPAN(""), SPAN("")) == 0);
}

TEST(span_as_text_of_printf)
{
	struct span none = { 0 }, far = { (const uint8_t *)"x", SIZE_MAX };
	char *s = arena_fmt(&t->arena, "%.*s|%.*s|", SPAN_ARG(SPAN("ab")),
			    SPAN_ARG(none));
	CHECK_STR(t, s, "ab||");
	CHECK(t, span_precision(far) == INT32_MAX);
}

TEST(span_parts)
{
	struct span rest = SPAN("a=b=c");
	CHECK_SPAN(t, span_cut(&rest, '='), SPAN("a"));
	CHECK_SPAN(t, rest, SPAN("b=c"));
	CHECK_U(t, span_rfind(SPAN("a/b/c"), '/'), 3);
	CHECK_SPAN(t, span_sub(SPAN("abc"), 7, 2), SPAN(""));
	CHECK_SPAN(t, span_trim(SPAN(" \tx y\r\n")), SPAN("x y"));
	CHECK(t, span_ends(SPAN("a.tar"), SPAN(".tar")));
	CHECK(t, !span_starts(SPAN("a"), SPAN("ab")));
}

TEST(numbers_refuse_what_does_not_fit)
{
	uint64_t v = 7;
	CHECK(t,
	      num_parse(SPAN("18446744073709551615"), &v) && v == UINT64_MAX);
	CHECK(t, !num_parse(SPAN("18446744073709551616"), &v));
	CHECK(t, !num_parse(SPAN(""), &v) && !num_parse(SPAN("-1"), &v));
	CHECK(t, num_parse_size(SPAN("2GiB"), &v) && v == 2ULL << 30);
	CHECK(t, num_parse_size(SPAN("64k"), &v) && v == 65536);
	CHECK(t, !num_parse_size(SPAN("99999999999T"), &v));
	CHECK(t, num_parse_octal(SPAN("0755"), &v) && v == 0755);
	CHECK(t, !num_parse_octal(SPAN("8"), &v));
}

TEST(arena_aligns_zeroes_and_stops_at_its_ceiling)
{
	struct arena a;
	arena_init(&a, 1000);
	IGNORE(!NEW(&a, char, 3));
	uint64_t *p = NEW(&a, uint64_t, 2);
	CHECK(t, p && (uintptr_t)p % _Alignof(uint64_t) == 0 && p[1] == 0);
	CHECK(t, !NEW(&a, char, 1000) && a.failed);
	CHECK(t, !NEW(&a, uint64_t, SIZE_MAX / 4));
	arena_finish(&a);
	CHECK(t, a.used == 0 && !a.failed);
}

TEST(arena_fails_on_request)
{
	struct arena a = { .fail_in = 2 };
	CHECK(t, NEW(&a, char, 1) && !NEW(&a, char, 1) && a.failed);
	CHECK(t, NEW(&a, char, 1) != NULL);
	arena_finish(&a);
}

TEST(arena_strings)
{
	CHECK_STR(t, arena_fmt(&t->arena, "%d-%s", 5, "x"), "5-x");
	CHECK(t, !arena_cstr(&t->arena, SPAN("a\0b")));
	CHECK_STR(t, arena_cstr(&t->arena, SPAN("ab")), "ab");
}

TEST(buffer_is_sticky_at_its_maximum)
{
	struct err e = { 0 };
	DEFER(buf_free) struct buf b = buf_max(8);
	buf_be32(&b, 0x01020304);
	buf_be16(&b, 0x0506);
	buf_zero(&b, 2);
	CHECK_SPAN(t, buf_view(&b), test_hex(t, "0102030405060000"));
	CHECK(t, buf_ok(&b, "it", &e));
	buf_u8(&b, 1);
	buf_str(&b, "");
	CHECK(t, b.failed && b.n == 8 && !buf_ok(&b, "it", &e));
	CHECK(t, e.code == ERR_LIMIT);
}

TEST(buffer_on_somebody_elses_bytes)
{
	uint8_t room[4] = { 0 };
	DEFER(buf_free) struct buf b = buf_over(room, sizeof(room));
	buf_str(&b, "1234");
	CHECK(t, !b.failed && buf_view(&b).p == room);
	buf_u8(&b, '5');
	CHECK(t, b.failed && b.n == 4);
	CHECK_SPAN(t, span_of(room, 4), SPAN("1234"));
}

TEST(buffer_takes_a_stream)
{
	struct err e = { 0 };
	DEFER(buf_free) struct buf b = buf_max(8);
	struct sink k = buf_sink(&b);
	CHECK(t, sink_write(&k, SPAN("123"), &e));
	CHECK(t, sink_write(&k, SPAN("45678"), &e));
	CHECK_SPAN(t, buf_view(&b), SPAN("12345678"));
	CHECK(t, !sink_write(&k, SPAN("9"), &e));
	CHECK(t, e.code == ERR_LIMIT && b.n == 8);
}

TEST(reader_fails_once_and_says_where)
{
	struct err e = { 0 };
	struct reader r = rd_from(test_hex(t, "0001 02 aabb"));
	CHECK_U(t, rd_be16(&r), 1);
	CHECK_U(t, rd_u8(&r), 2);
	CHECK_U(t, rd_be32(&r), 0);
	rd_check(&r, false, "a later reason");
	CHECK_U(t, rd_u8(&r), 0);
	CHECK(t, !rd_ok(&r, &e));
	CHECK_STR(t, e.msg, "byte 3: truncated");
	CHECK_U(t, r.fault, RD_TRUNCATED);
}

TEST(reader_ends)
{
	struct err e = { 0 };
	struct reader r = rd_from(SPAN("ab\0c"));
	CHECK_SPAN(t, rd_until(&r, 0), SPAN("ab"));
	CHECK_U(t, rd_left(&r), 1);
	rd_end(&r);
	CHECK(t, !rd_ok(&r, &e));
	CHECK_STR(t, e.msg, "byte 3: trailing bytes");
	CHECK_U(t, r.fault, RD_TRAILING);
}

TEST(errors_are_built_from_the_inside)
{
	struct err e = { 0 };
	CHECK(t, !err_sys(&e, ENOENT, "cannot open %s", "x"));
	CHECK(t, !err_ctx(&e, "reading policy"));
	CHECK_STR(t, e.msg,
		  "reading policy: cannot open x: No such file or directory");
	CHECK(t, e.code == ERR_NOTFOUND && err_exit_status(e.code) == 4);
	for (int i = 0; i < 50; i++)
		err_ctx(&e, "a context that is rather long, number %d", i);
	CHECK(t, strlen(e.msg) < sizeof e.msg);
	CHECK_HAS(t, e.msg, "number 49: ");
}

TEST(foreign_text_is_shown_harmless)
{
	CHECK_STR(t, show(SPAN("a\n\x1b[31m\\\xff")).s,
		  "a\\x0a\\x1b[31m\\x5c\\xff");
	CHECK_STR(t, show(SPAN("gr\xc3\xbc\xc3\x9f")).s, "gr\xc3\xbc\xc3\x9f");
	CHECK_STR(t, show(SPAN("\xc2\x9b")).s, "\\xc2\\x9b");
	/* right-to-left override, zero-width space, line separator, tag A */
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): that is the case */
	CHECK_STR(t, show(SPAN("a\xe2\x80\xae")).s, "a\\xe2\\x80\\xae");
	CHECK_STR(t, show(SPAN("\xe2\x80\x8b")).s, "\\xe2\\x80\\x8b");
	CHECK_STR(t, show(SPAN("\xe2\x80\xa8")).s, "\\xe2\\x80\\xa8");
	CHECK_STR(t, show(SPAN("\xf3\xa0\x81\x81")).s, "\\xf3\\xa0\\x81\\x81");
	CHECK_STR(t, show(SPAN("\xe2\x80\xa6")).s, "\xe2\x80\xa6");
	CHECK_STR(t, show(SPAN("\xed\xa0\x80")).s, "\\xed\\xa0\\x80");
	char longest[1000];
	memset(longest, '\n', sizeof longest);
	CHECK(t, strlen(show(span_of(longest, sizeof longest)).s) <
			 sizeof(struct shown));
}

TEST(text_is_shown_whole)
{
	DEFER(buf_free) struct buf a = buf_max(8192), b = buf_max(8192);
	char longest[1000];
	memset(longest, '\n', sizeof longest);
	buf_show(&a, span_of(longest, sizeof longest));
	CHECK_U(t, a.n, 4 * sizeof longest);
	a.n = 0;
	buf_show(&a, SPAN("\\\x1b\xff\xc3\xbc"));
	CHECK_SPAN(t, buf_view(&a), SPAN("\\x5c\\x1b\\xff\xc3\xbc"));
	/* what was shown stays, what was not is */
	buf_seen(&b, buf_view(&a));
	CHECK_SPAN(t, buf_view(&b), buf_view(&a));
	b.n = 0;
	buf_seen(&b, SPAN("a \x1b[2J \\x1b \xe2\x80"));
	CHECK_SPAN(t, buf_view(&b), SPAN("a \\x1b[2J \\x1b \\xe2\\x80"));
}

TEST(sizes_for_people)
{
	CHECK_STR(t, show_size(1023).s, "1023 B");
	CHECK_STR(t, show_size(1536).s, "1.5 KiB");
	CHECK_STR(t, show_size((uint64_t)5 << 30).s, "5.0 GiB");
}

TEST(counts_for_people)
{
	CHECK_STR(t, show_count(1, "file", NULL).s, "1 file");
	CHECK_STR(t, show_count(0, "file", NULL).s, "0 files");
	CHECK_STR(t, show_count(2, "directory", "directories").s,
		  "2 directories");
	CHECK_STR(t, show_count(1, "directory", "directories").s,
		  "1 directory");
}

TEST(map_keeps_every_key)
{
	struct err e = { 0 };
	struct map m;
	uint64_t seed[2] = { 1, 2 };
	map_init(&m, &t->arena, seed);
	CHECK(t, map_get(&m, SPAN("a")) == NULL);
	for (unsigned i = 0; i < 5000; i++) {
		struct span k = span_str(arena_fmt(&t->arena, "key %u", i));
		void *v = (void *)(uintptr_t)(i + 1);
		CHECK_OK(t, map_put(&m, k, v, &e), &e);
	}
	CHECK(t, map_put(&m, SPAN("key 7"), NULL, &e));
	CHECK_U(t, m.n, 5000);
	CHECK(t, (uintptr_t)map_get(&m, SPAN("key 4999")) == 5000);
	CHECK(t, map_find(&m, SPAN("key 7")) && !map_get(&m, SPAN("key 7")));
	CHECK(t, !map_find(&m, SPAN("key 5000")));
}

TEST(notes_in_order)
{
	struct notes n = { .arena = &t->arena };
	note_warn(&n, "a", "first %d", 1);
	note_info(&n, "b", "second");
	CHECK(t, n.n == 2 && note_has(&n, "b") && !note_has(&n, "c"));
	CHECK_STR(t, n.first->text, "first 1");
	CHECK_STR(t, n.first->next->text, "second");
}

TEST(arena_over_stays_on_its_bytes)
{
	_Alignas(8) uint8_t room[16] = { 0 };
	struct arena a;
	arena_over(&a, room, sizeof(room));
	CHECK(t, NEW(&a, uint8_t, 10) == room);
	CHECK(t, !NEW(&a, uint8_t, 7) && a.failed);
	CHECK(t, NEW(&a, uint8_t, 6) == room + 10);
	CHECK(t, !NEW(&a, uint8_t, 1));
	arena_finish(&a);
}

TEST(arena_takes_back_what_stands_alone)
{
	struct arena a = { .max = 1 << 20 };
	uint8_t *small = NEW(&a, uint8_t, 10);
	for (int i = 0; i < 100; i++) {
		uint8_t *large = NEW(&a, uint8_t, 500000);
		uint8_t *next = i % 2 ? NEW(&a, uint8_t, 1) : small;
		if (!CHECK(t, large && next))
			break;
		arena_release(&a, large);
		CHECK(t, NEW(&a, uint8_t, 1) != NULL);
	}
	CHECK(t, a.used < 1000);
	arena_release(&a, small); /* stays */
	arena_release(&a, NULL);
	CHECK(t, small[9] == 0);
	arena_finish(&a);
}

TEST(arena_can_be_emptied)
{
	struct arena a = { .max = 1 << 20 };
	const uint8_t *first = NEW(&a, uint8_t, 100);
	for (int i = 0; i < 100; i++) {
		CHECK(t, NEW(&a, uint8_t, 200000) && NEW(&a, uint8_t, 60000));
		arena_reset(&a);
		CHECK_U(t, a.used, 0);
		uint8_t *p = NEW(&a, uint8_t, 1000);
		CHECK(t, p && p[0] == 0 && p[999] == 0);
		p[0] = p[999] = 1;
	}
	CHECK(t, first != NULL && !NEW(&a, uint8_t, 2 << 20));
	arena_finish(&a);
	arena_reset(&a);

	/* A failure ends with the round, also when it was the first thing. */
	arena_init(&a, 1 << 20);
	CHECK(t, !NEW(&a, uint8_t, 2 << 20) && a.failed);
	arena_reset(&a);
	CHECK(t, !a.failed && NEW(&a, uint8_t, 10));
	arena_finish(&a);
}

TEST(reals_are_whole_spans)
{
	double v = 0;
	CHECK(t, num_parse_real(SPAN("-12.5e1"), &v) && v < -124 && v > -126);
	CHECK(t, num_parse_real(SPAN("1E+2"), &v) && v > 99 && v < 101);
	static const char *const bad[] = { "",    "+",   ".5", "1.",  "1e",
					   "1e+", "0x1", "1 ", "inf", "1.5.1" };
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK(t, !num_parse_real(span_str(bad[i]), &v));
}

TEST(wrapped_text_is_behind_its_indent)
{
	struct buf b = buf_max(400);
	fmt_wrap(&b, "  ", "a  b");
	CHECK_SPAN(t, buf_view(&b), SPAN("  a b\n"));
	buf_clear(&b);
	for (int i = 0; i < 20; i++)
		buf_str(&b, "wordy ");
	buf_u8(&b, 0);
	struct buf w = buf_max(400);
	fmt_wrap(&w, "# ", (const char *)b.p);
	/* the mark, 13 words of 5 letters, 12 blanks */
	CHECK_U(t, span_find(buf_view(&w), '\n'), 79);
	buf_free(&w);
	buf_free(&b);
}

TEST(distance_counts_edits)
{
	CHECK_U(t, near_distance("build", "biuld"), 2);
	CHECK_U(t, near_distance("", "abc"), 3);
	CHECK_U(t, near_distance("same", "same"), 0);
	CHECK_U(t, near_distance("", "x"), near_enough(1));
	CHECK(t, near_distance("cpus", "image") > near_enough(4));
}

TEST(blob_reads_inside_only)
{
	struct span bytes = SPAN("0123456789");
	struct blob all = blob_of(&bytes), part = blob_part(&all, 3, 4);
	struct err e = { 0 };
	uint8_t got[8];
	size_t n;
	CHECK_OK(t, blob_read(&part, got, 4, 0, &e), &e);
	CHECK_SPAN(t, span_of(got, 4), SPAN("3456"));
	CHECK_OK(t, blob_read(&part, got, 0, 4, &e), &e);
	CHECK_OK(t, blob_read_some(&part, got, 8, 2, &n, &e), &e);
	CHECK_SPAN(t, span_of(got, n), SPAN("56"));
	CHECK(t, !blob_read(&part, got, 5, 0, &e));
	CHECK(t, e.code == ERR_INPUT);
	CHECK(t, !blob_read(&part, got, 1, 4, &e));
	CHECK(t, !blob_read(&part, got, 1, UINT64_MAX, &e));
	CHECK_U(t, blob_part(&all, 8, 9).size, 2);
	CHECK_U(t, blob_part(&all, 11, 1).size, 0);
	struct blob inner = blob_part(&part, 1, 2);
	CHECK_OK(t, blob_read(&inner, got, 2, 0, &e), &e);
	CHECK_SPAN(t, span_of(got, 2), SPAN("45"));
}

TEST(budget_grows_with_the_input)
{
	struct err e = { 0 };
	struct budget b = { .least = 1000,
			    .factor = 10,
			    .what = "it",
			    .flag = "--more",
			    .bytes = true };
	CHECK(t, budget_spend(&b, 1000, &e) && !budget_spend(&b, 1, &e));
	CHECK(t, e.code == ERR_LIMIT);
	CHECK_STR(t, e.id, "budget");
	CHECK_HAS(t, e.hint, "--more");
	budget_input(&b, 101);
	CHECK(t, budget_spend(&b, 9, &e) && !budget_spend(&b, 1, &e));
	CHECK_U(t, budget_limit(&b), 1010);
	budget_input(&b, UINT64_MAX);
	CHECK(t, budget_spend(&b, UINT64_MAX, &e));
	b = (struct budget){ .factor = 10, .what = "it" };
	budget_fix(&b, 5);
	budget_input(&b, 1000);
	CHECK(t, budget_spend(&b, 5, &e) && !budget_spend(&b, UINT64_MAX, &e));
	CHECK(t, !budget_spend(&b, 1, &e));
}

TEST(times_are_dates)
{
	static const struct {
		int64_t at;
		const char *want;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1768478460, "2026-01-15T12:01:00Z" },
		{ INT64_C(253402300799), "9999-12-31T23:59:59Z" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_STR(t, show_time(rows[i].at).s, rows[i].want);
}
