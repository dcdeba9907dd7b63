#include "base/test.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/help.h"
#include "cli/line.h"
#include "verbs/build_opts.h"
#include "verbs/verbs.h"

struct verb {
	const char *out;
	uint64_t count, size, at;
	unsigned mode;
	bool force;
	struct opt_list pcr;
	struct strings env;
	unsigned owner;
};

static const char *const modes[] = { "none", "safe", NULL };
static const struct opt rows[] = {
	OPT_STR('o', "output", struct verb, out, "FILE", "where to"),
	OPT_U64('n', "count", struct verb, count, "N", 1, 9, "how many"),
	OPT_SIZE(0, "size", struct verb, size, "SIZE", 0, UINT64_MAX, "s"),
	OPT_ENUM(0, "mode", struct verb, mode, "MODE", modes, "how"),
	OPT_U64(0, "at", struct verb, at, "EPOCH", 0, INT64_MAX, "when"),
	OPT_FLAG('f', "force", struct verb, force, "do it"),
	OPT_LIST(0, "pcr", struct verb, pcr, "N=HEX", "value"),
	OPT_STRINGS('e', "env", struct verb, env, "NAME=VALUE", "set"),
	OPT_PICK(0, "as-nobody", struct verb, owner, 7, "who"),
	OPT_END,
};

static bool
parse(struct test *t, const char *line, struct verb *v, struct opt_list *rest,
      struct err *e)
{
	struct span left = span_str(line);
	char *argv[32] = { 0 };
	for (size_t n = 0; left.n > 0; n++)
		argv[n] = arena_cstr(&t->arena, span_cut(&left, ' '));
	*v = (struct verb){ 0 };
	*rest = (struct opt_list){ 0 };
	struct opt_line found = { 0 };
	bool ok = opt_parse(rows, v, &t->arena, argv, &found, e);
	*rest = found.rest;
	return ok;
}

TEST(rows_store_themselves)
{
	struct err e = { 0 };
	struct verb v;
	struct opt_list rest;
	CHECK_OK(t,
		 parse(t,
		       "a -fn 3 --output=x --pcr 0=a --mode safe b "
		       "--size 2K --pcr 1=b -e A=1 --as-nobody --env=B=2 -- "
		       "--c -",
		       &v, &rest, &e),
		 &e);
	CHECK(t, v.force && v.count == 3 && v.mode == 1 && v.size == 2048);
	CHECK_STR(t, v.out, "x");
	CHECK_U(t, v.pcr.n, 2);
	CHECK(t, v.owner == 7 && v.env.n == 2);
	CHECK_SPAN(t, v.env.v[1], SPAN("B=2"));
	CHECK_STR(t, v.pcr.v[1], "1=b");
	CHECK_U(t, rest.n, 4);
	CHECK_STR(t, rest.v[2], "--c");
}

TEST(rows_refuse)
{
	static const struct {
		const char *line, *why, *hint;
	} bad[] = {
		{ "--outptu x", "unknown option --outptu",
		  "did you mean --output?" },
		{ "--zzzzzz", "unknown option", "--help lists" },
		{ "--out x", "unknown option --out", "did you mean" },
		{ "-z", "unknown option -z", "--help lists" },
		{ "--moot x", "unknown option --moot", "did you mean --mode?" },
		{ "-o", "needs a value", "" },
		{ "-o a -o b", "given twice", "" },
		{ "--count 0", "must be within 1 and 9", "" },
		{ "--count x", "not a number", "decimal" },
		{ "--size 3Q", "not a size", "512M" },
		{ "--at 2026-01-31", "not a number", "T12:00Z +%s" },
		{ "--mode best", "unknown", "none, safe" },
		{ "--force=1", "takes no value", "" },
		{ "--as-nobody=1", "takes no value", "" },
		{ "--as-nobody --as-nobody", "given twice", "" },
		{ "--output=", "--output is empty", "a variable not set" },
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = { 0 };
		struct verb v;
		struct opt_list rest;
		CHECK(t, !parse(t, bad[i].line, &v, &rest, &e));
		CHECK(t, e.code == ERR_USAGE);
		CHECK_HAS(t, e.msg, bad[i].why);
		CHECK_HAS(t, e.hint, bad[i].hint);
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
