#include "base/test.h"
#include "cli/opt.h"

#include <string.h>

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
		{ "--count 0", "must be between 1 and 9", "" },
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
