#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "codec/toml_bind_kit.h"

static const char all[] =
	"text = \"\"\nname = \"n\"\n[box]\npath = \"p\"\nnumber = 9\n"
	"truth = true\ncolor = \"red\"\nlist = [\"a\", \"b\"]\n"
	"own = 2026-01-01\n[box.pairs]\nA = \"1=2\"\nB = \"\"\n"
	"[[part]]\nname = \"x\"\nweight = 5\n[[part]]\nname = \"y\"\n"
	"[kept]\nanything = [1, { a = 2 }]\n";

static struct kit
parsed(struct test *t, const char *text)
{
	struct err e = { 0 };
	struct kit k;
	CHECK_OK(t, kit_parse(span_str(text), &t->arena, &k, &e), &e);
	return k;
}

TEST(bind_reads_every_kind)
{
	struct kit k = parsed(t, all);
	CHECK_STR(t, k.text, "");
	CHECK_STR(t, k.name, "n");
	CHECK_STR(t, k.path, "d/p");
	CHECK(t, k.number == 9 && k.truth && k.color == KIT_RED);
	CHECK(t, k.list.n == 2 && k.own == 2026);
	CHECK_SPAN(t, k.list.v[1], SPAN("b"));
	CHECK_SPAN(t, k.pairs.v[0], SPAN("A=1=2"));
	CHECK_SPAN(t, k.pairs.v[1], SPAN("B="));
	CHECK(t, k.parts == 2 && k.part[0].weight == 5);
	CHECK_STR(t, k.part[1].name, "y");
	CHECK(t, toml_get(k.kept, "anything"));
}

TEST(bind_leaves_what_is_not_given)
{
	struct kit k = parsed(t, "text = \"x\"\n[box]\nlist = []\n");
	CHECK(t, !k.name && !k.path && k.number == BIND_UNSET && !k.truth);
	CHECK(t, k.color == KIT_GREEN && !k.parts && !k.part && !k.kept);
	/* an empty list is there, an absent one is not */
	CHECK(t, k.list.v && k.list.n == 0 && !k.pairs.v);
}

static const struct {
	const char *text, *why, *hint;
} refused[] = {
	{ "text = ", "line 1, column 8: expected", "" },
	{ "name = \"a\"", "line 1, column 1: text is missing", "kit.toml" },
	{ "txet = \"\"", "there is no key txet in the file",
	  "did you mean text?" },
	{ "[bxo]", "there is no key bxo", "did you mean box?" },
	{ "[box]\nweight = 1",
	  "line 2, column 1: there is no key weight in "
	  "[box]",
	  "weight belongs in [[part]]" },
	{ "[[part]]\nnamee = \"\"",
	  "part 1: line 2, column 1: there is no key namee in [[part]]",
	  "did you mean name?" },
	{ "zzzzzz = 1", "no key zzzzzz", "\"veraclave help kit.toml\"" },
	{ "text = 1", "text is a string, not an integer", "" },
	{ "text = \"a\\u0000\"", "a zero byte", "" },
	{ "name = \"\"", "name is empty", "" },
	{ "[box]\npath = \"\"", "path is empty", "" },
	{ "[box]\nnumber = 1", "number is 1, not within 2 and 9", "" },
	{ "[box]\nnumber = -1", "not within", "" },
	{ "[box]\ntruth = 1", "truth is true or false, not an integer", "" },
	{ "[box]\ncolor = \"rde\"", "color cannot be rde",
	  "choose one of: red, green" },
	{ "[box]\nlist = \"x\"", "list is an array, not a string", "" },
	{ "[box]\nlist = [1]", "expected a string, not an integer", "" },
	{ "[box]\npairs = {\"A=B\" = \"\"}", "A=B cannot be a", "" },
	{ "[box]\nown = 1999-01-01", "own is before 2000", "" },
	{ "box = 1", "box is a table, not an integer", "" },
	{ "[[box]]", "box is a table, not an array", "" },
	{ "[part]", "part is an array, not a table", "" },
	{ "part = []", "part holds 0 tables, not 1 to 2", "" },
	{ "part = [1]", "part holds an integer, not a table", "" },
	{ "[[part]]\nname = \"a\"\n[[part]]\nname = \"b\"\n[[part]]",
	  "part holds 3 tables", "" },
	{ "[[part]]\nname = \"a\"\n[[part]]",
	  "part 2: line 3, column 3: name "
	  "is missing",
	  "" },
	{ "kept = 1", "kept is a table", "" },
	{ "[later]", "[later] is not built yet", "leave the table out" },
	{ "text = \"\"\n[box]\nnumber = 2", "number needs path beside it", "" },
};

TEST(bind_refuses)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct err e = { 0 };
		struct kit k;
		if (!CHECK(t, !kit_parse(span_str(refused[i].text), &t->arena,
					 &k, &e)))
			printf("# read: %s\n", refused[i].text);
		CHECK(t, e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, refused[i].why);
		CHECK_HAS(t, e.hint, refused[i].hint);
	}
}

TEST(bind_survives_truncation_and_failed_allocations)
{
	for (size_t n = 0; n < sizeof all - 1; n++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct kit k;
		if (!kit_parse(span_of(all, n), &a, &k, &e))
			CHECK(t, e.code == ERR_INPUT && e.msg[0]);
		arena_finish(&a);
	}
	bool ok = false;
	for (unsigned n = 1; !ok && n < 200; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		struct kit k;
		ok = kit_parse(span_str(all), &a, &k, &e);
		CHECK(t, ok != a.failed && (ok || e.code == ERR_LIMIT));
		arena_finish(&a);
	}
	CHECK(t, ok);
}

TEST(bind_lays_one_struct_over_another)
{
	struct kit file = parsed(t, all);
	struct kit over = parsed(t, "text = \"y\"\n[box]\nlist = [\"z\"]\n"
				    "color = \"green\"\npairs.C = \"3\"\n");
	static const size_t at[] = { offsetof(struct kit, text),
				     offsetof(struct kit, color),
				     offsetof(struct kit, list),
				     offsetof(struct kit, pairs) };
	struct err e = { 0 };
	for (size_t i = 0; i < COUNT(at); i++)
		CHECK_OK(t,
			 bind_lay(bind_row_at(&kit_file, at[i]), &over, &file,
				  &t->arena, &e),
			 &e);
	CHECK_STR(t, file.text, "y");
	CHECK_STR(t, file.name, "n");
	CHECK(t, file.color == KIT_GREEN && file.number == 9);
	CHECK(t, file.list.n == 1 && file.pairs.n == 3);
	CHECK_SPAN(t, file.pairs.v[0], SPAN("A=1=2"));
	CHECK_SPAN(t, file.pairs.v[2], SPAN("C=3"));
	struct arena full = { .fail_in = 1 };
	CHECK(t, !bind_lay(bind_row_at(&kit_file, at[3]), &over, &file, &full,
			   &e));
	arena_finish(&full);
}

/* The documents of a row: all of it, or its word alone. */
TEST(bind_rows_make_documents)
{
	struct bind_file file = kit_file;
	struct toml_page page = kit_page;
	file.page = &page;
	for (unsigned brief = 0; brief < 2; brief++) {
		DEFER(buf_free) struct buf text = buf_max(1 << 16);
		DEFER(buf_free) struct buf man = buf_max(1 << 16);
		DEFER(buf_free) struct buf md = buf_max(1 << 16);
		page.brief = brief;
		toml_doc_text(&file, &text);
		toml_doc_mdoc(&file, &man, "1");
		toml_doc_markdown(&file, &md);
		buf_u8(&text, 0);
		buf_u8(&man, 0);
		buf_u8(&md, 0);
		CHECK_HAS(t, (const char *)text.p, "\n[[part]]\nA part.\n");
		CHECK_HAS(t, (const char *)text.p,
			  brief ? "\n  text (string, needed)\n      H.\n"
				: "Value: one of red, green. Default: green.");
		CHECK_HAS(t, (const char *)man.p,
			  brief ? ".It Cm own Pq time\nH.\n"
				: "Value: a time.\nExample:\n.Dl 1\n");
		CHECK_HAS(
			t, (const char *)md.p,
			brief ? "| `list` | strings | H. |\n"
			      : "| `list` | strings | H. | a \\| b | `1` |\n");
	}
}

TEST(bind_rows_make_a_file_to_begin_with)
{
	const struct toml_line lines[] = {
		{ "", "text", "\"x\"", "Why.", SPAN("one\n\ntwo\n") },
		{ "part", "name", "\"y\"", NULL, { 0 } },
	};
	DEFER(buf_free) struct buf b = buf_max(1 << 16);
	toml_doc_template(&kit_file, &b, lines, COUNT(lines));
	const char *text = arena_cstr(&t->arena, buf_view(&b));
	CHECK_HAS(t, text, "# Why.\n#\n#   one\n#\n#   two\n#\ntext = \"x\"\n");
	CHECK_HAS(t, text, "\n#number = 1\n");
	CHECK(t, !strstr(text, "[later]") && !strstr(text, "[kept]"));
	struct kit k = parsed(t, text);
	CHECK_STR(t, k.text, "x");
	CHECK_U(t, k.parts, 1);
}
