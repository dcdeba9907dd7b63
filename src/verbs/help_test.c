#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/help.h"
#include "cli/line.h"
#include "codec/json.h"
#include "verbs/formats.h"
#include "verbs/build_opts.h"
#include "verbs/verbs.h"

enum { WORDS_MAX = 40 };

/* Words as a shell makes them, of what our examples hold: quotes, a line
 * continued with a backslash; a pipe, a redirection or && ends the command. */
static int
words(struct test *t, const char *s, char **argv)
{
	int n = 0;
	while (*s && n < WORDS_MAX) {
		char word[400] = "", quote = 0;
		size_t at = 0;
		s += strspn(s, " \\\n");
		if (*s == '|' || *s == '>' || *s == '&' || *s == '<' || !*s)
			break;
		for (; *s && (quote || !strchr(" \n", *s)); s++) {
			if (!quote && (*s == '\'' || *s == '"'))
				quote = *s;
			else if (quote && *s == quote)
				quote = 0;
			else if (at < sizeof word - 1)
				word[at++] = *s;
		}
		CHECK(t, quote == 0);
		argv[n++] = arena_cstr(&t->arena, span_of(word, at));
	}
	return n;
}

static bool
parses(struct test *t, const struct cmd *c, char **argv, struct err *e)
{
	struct cmd_line line;
	return cmd_line_parse(c, &t->arena, argv, &line, e) &&
	       cmd_line_check(c, &line, e);
}

TEST(examples_parse)
{
	for (const struct cmd *const *c = veraclave.cmds; *c; c++) {
		const struct cmd_example *x = (*c)->examples;
		for (; x && x->command; x++) {
			struct err e = { 0 };
			char *argv[WORDS_MAX + 1] = { NULL };
			const char *own = strstr(x->command, "veraclave ");
			if (!CHECK(t, own != NULL))
				continue;
			struct span line = span_str(own);
			size_t close = span_find(line, ')');
			int n = words(
				t,
				arena_cstr(&t->arena, span_sub(line, 0, close)),
				argv);
			const struct cmd *of =
				n > 1 ? cmd_find(&veraclave, argv[1]) : NULL;
			if (CHECK(t, of != NULL))
				CHECK_OK(t, parses(t, of, argv + 2, &e), &e);
			CHECK(t, x->what && x->what[0]);
		}
	}
}

/* Verbs of one task stand together, and README's list has the same tasks and
 * the same verbs below each. */
TEST(readme_groups_the_verbs_as_help_does)
{
	struct span text = test_repo_file(t, "README.md");
	enum cmd_group last = CMD_UNLISTED;
	for (const struct cmd *const *c = veraclave.cmds; *c; c++) {
		enum cmd_group g = (*c)->group;
		if (g == CMD_UNLISTED)
			continue;
		CHECK(t, g >= last);
		const char *head = cmd_group_names[g], *next = "\n\n";
		if (g + 1 < CMD_GROUPS)
			next = arena_fmt(&t->arena, "\n| %s |",
					 cmd_group_names[g + 1]);
		const char *all = arena_cstr(&t->arena, text);
		const char *from =
			strstr(all, arena_fmt(&t->arena, "\n| %s |", head));
		last = g;
		if (!CHECK(t, from != NULL))
			continue;
		const char *to = strstr(from, next);
		if (!CHECK(t, to != NULL))
			continue;
		struct span part = span_of(from, (size_t)(to - from));
		CHECK_HAS(t, arena_cstr(&t->arena, part),
			  arena_fmt(&t->arena, "`%s`", (*c)->name));
	}
}

static void
check_width(struct test *t, const char *name, struct span rest)
{
	while (rest.n)
		if (!CHECK(t, span_cut(&rest, '\n').n <= 80))
			printf("# %s\n", name);
}

TEST(overview_names_every_verb_and_topic)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	help_overview(&veraclave, f);
	fclose(f);
	for (const struct cmd *const *c = veraclave.cmds; *c; c++)
		if ((*c)->group)
			CHECK_HAS(t, text, (*c)->name);
	for (const struct topic *x = topics; x->name; x++)
		CHECK_HAS(t, text, x->name);
	check_width(t, "overview", span_of(text, n));
	free(text);
}

TEST(topics_fit_a_terminal)
{
	for (const struct topic *x = topics; x->name; x++) {
		DEFER(buf_free) struct buf b = buf_max(1 << 20);
		x->text(&b);
		CHECK(t, !b.failed && b.n > 100);
		check_width(t, x->name, buf_view(&b));
	}
}

/* A map whose keys do not stand together would be there twice, which JSON
 * does not allow. */
TEST(each_format_has_a_schema)
{
	for (unsigned i = 0; i < FORMAT_COUNT; i++) {
		DEFER(buf_free) struct buf b = buf_max(1 << 20);
		DEFER(json_release) struct json *j = NULL;
		struct err e = { 0 };
		CHECK_OK(t, format_schema(i, &b, &e), &e);
		CHECK_OK(t, json_parse(buf_view(&b), &j, &e), &e);
		const struct json *p = json_get(j, "properties");
		CHECK_SPAN(t,
			   json_text(json_get(json_get(p, "schema"), "const")),
			   span_str(format_names[i]));
		CHECK(t, formats[i].n && formats[i].help);
	}
}

/* Every help page fits 80 columns and no two rows share a name or letter. */
TEST(tables_of_all_verbs_are_sound)
{
	for (const struct cmd *const *c = veraclave.cmds; *c; c++) {
		char *text = NULL;
		size_t n = 0;
		FILE *f = open_memstream(&text, &n);
		help_verb(f, *c);
		fclose(f);
		struct span rest = span_of(text, n);
		while (rest.n)
			if (!CHECK(t, span_cut(&rest, '\n').n <= 80))
				printf("# %s\n", (*c)->name);
		free(text);
		struct cmd_rows walk = { .cmd = *c };
		for (const struct opt *o; (o = cmd_rows_next(&walk));) {
			struct cmd_rows others = walk;
			const struct opt *p;
			while ((p = cmd_rows_next(&others))) {
				CHECK(t, strcmp(o->name, p->name) != 0);
				CHECK(t,
				      !o->short_name ||
					      o->short_name != p->short_name);
			}
		}
	}
}

/* What an option of the verbs that build replaces in enclave.toml is a key of
 * it, of its kind. */
TEST(options_over_the_file_have_its_keys)
{
	static const enum opt_kind fits[] = {
		[BIND_TEXT] = OPT_KIND_STR,      [BIND_NAME] = OPT_KIND_STR,
		[BIND_PATH] = OPT_KIND_STR,      [BIND_NUMBER] = OPT_KIND_U64,
		[BIND_CHOICE] = OPT_KIND_ENUM,   [BIND_LIST] = OPT_KIND_STRINGS,
		[BIND_PAIRS] = OPT_KIND_STRINGS,
	};
	const struct cmd *const verbs[] = { &cmd_build, &cmd_ramdisk };
	const size_t from = offsetof(struct build_opts, over);
	size_t n = 0;
	for (size_t i = 0; i < COUNT(verbs); i++)
		for (const struct opt *o = verbs[i]->opts; o->name; o++) {
			if (o->offset < from ||
			    o->offset >= from + sizeof(struct build_config))
				continue;
			const struct bind_row *row =
				bind_row_at(&config_file, o->offset - from);
			n++;
			CHECK_U(t,
				o->kind == OPT_KIND_PICK ? OPT_KIND_ENUM
							 : o->kind,
				fits[row->kind]);
			CHECK(t, !o->choice || o->choice == row->choice);
		}
	CHECK(t, n >= 2 * 31);
}
