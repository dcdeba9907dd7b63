#include "base/test.h"

#include "tree/names.h"

TEST(names_composed_or_not)
{
	CHECK(t, names_composed(SPAN("plain")));
	CHECK(t, names_composed(SPAN("\xc3\xa9")));      /* U+00E9 */
	CHECK(t, !names_composed(SPAN("e\xcc\x81")));    /* e, U+0301 */
	CHECK(t, !names_composed(SPAN("\xe2\x84\xab"))); /* U+212B */
	CHECK(t, names_composed(SPAN("\xea\xb0\x80")));  /* Hangul GA */
	CHECK(t, !names_composed(SPAN("\xe1\x84\x80\xe1\x85\xa1")));
	CHECK(t, names_composed(SPAN("\xff")));
}

TEST(names_utf8_or_not)
{
	CHECK(t, names_utf8(SPAN("a\xc3\xa9")));
	CHECK(t, !names_utf8(SPAN("a\xc3")));
	CHECK(t, !names_utf8(SPAN("\xff")));
}

TEST(names_fold)
{
	CHECK(t, names_fold_cmp(SPAN("Readme"), SPAN("README")) == 0);
	CHECK(t, names_fold_cmp(SPAN("a"), SPAN("b")) < 0);
	CHECK(t, names_fold_cmp(SPAN("ab"), SPAN("A")) > 0);
	/* Latin E acute; Greek final sigma; Cherokee folds to capitals */
	CHECK(t, names_fold_cmp(SPAN("\xc3\x89"), SPAN("\xc3\xa9")) == 0);
	CHECK(t, names_fold_cmp(SPAN("\xcf\x82"), SPAN("\xce\xa3")) == 0);
	CHECK(t,
	      names_fold_cmp(SPAN("\xea\xad\xb0"), SPAN("\xe1\x8e\xa0")) == 0);
	/* U+0100 and U+0101 are a pair, U+0101 and U+0102 are not */
	CHECK(t, names_fold_cmp(SPAN("\xc4\x80"), SPAN("\xc4\x81")) == 0);
	CHECK(t, names_fold_cmp(SPAN("\xc4\x81"), SPAN("\xc4\x82")) != 0);
	/* a broken byte equals only itself */
	CHECK(t, names_fold_cmp(SPAN("\xff"), SPAN("\xff")) == 0);
	CHECK(t, names_fold_cmp(SPAN("\xff"), SPAN("\xfe")) != 0);
}

static void
add_node(struct test *t, struct tree *tree, const char *path)
{
	struct err e = { 0 };
	CHECK(t, tree_put(tree, span_str(path), tree_inode(tree), NULL, &e));
}

TEST(names_notes)
{
	static const uint64_t seed[2] = { 1, 2 };
	struct err e = { 0 };
	struct notes notes = { .arena = &t->arena };
	struct tree tree;
	tree_init(&tree, &t->arena, seed);
	add_node(t, &tree, "x/one");
	add_node(t, &tree, "y/One");
	/* directories that are merged lose nothing: Perl's */
	add_node(t, &tree, "perl/sys/syscall.ph");
	add_node(t, &tree, "perl/Sys/Hostname.pm");
	/* two manual pages, which no program reads: Debian's */
	add_node(t, &tree, "usr/share/man/man7/PAM.7.gz");
	add_node(t, &tree, "usr/share/man/man7/pam.7.gz");
	CHECK(t, names_check(&tree, &notes, &e) && notes.n == 0);
	add_node(t, &tree, "app/old.eif");
	add_node(t, &tree, "app/old.pcrs.json");
	CHECK(t, names_check(&tree, &notes, &e) && notes.n == 1);
	CHECK(t, note_has(&notes, "name-output"));
	CHECK_HAS(t, notes.last->text, "2 names as of an enclave image");
	CHECK_HAS(t, notes.last->text, "the first is app/old.eif");
	notes = (struct notes){ .arena = &t->arena };
	add_node(t, &tree, "x/ONE");
	add_node(t, &tree, "b\xff");
	add_node(t, &tree, "e\xcc\x81");
	CHECK(t, names_check(&tree, &notes, &e) && notes.n == 4);
	CHECK(t, note_has(&notes, "name-case"));
	CHECK(t, note_has(&notes, "name-utf8"));
	CHECK(t, note_has(&notes, "name-nfc"));
	CHECK_HAS(t, notes.last->text, "namely x/one");
}
