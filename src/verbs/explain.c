/* explain: what a code means and what to do. */
#include "cli/cmd.h"

#include <string.h>

#include "attest/reasons.h"
#include "base/fmt.h"
#include "base/near.h"
#include "verbs/codes.h"
#include "verbs/verbs.h"

struct explain {
	const char *error_code;
	bool markdown, list;
};

static const struct opt explain_opts[] = {
	OPT_FLAG('l', "list", struct explain, list, "print all codes"),
	OPT_FLAG(0, "markdown", struct explain, markdown,
		 "print docs/troubleshooting.md"),
	OPT_STR(0, "error-code", struct explain, error_code, "CODE",
		"the code, as with nitro-cli"),
	OPT_END,
};

static bool
no_such(const char *code, struct err *e)
{
	const char *best = NULL, *other, *title;
	size_t least = near_enough(strlen(code)) + 1;
	for (size_t i = 0; (other = code_at(i, &title)); i++) {
		size_t d = near_distance(other, code);
		if (d < least) {
			best = other;
			least = d;
		}
	}
	err_set(e, ERR_USAGE, "there is no code %s", show_str(code).s);
	return best ? err_hint(e, "did you mean %s?", best)
		    : err_hint(e, "\"veraclave explain --list\" shows all");
}

/* As messages print it: with or without brackets. */
static const char *
bare(const char *code, struct arena *a)
{
	struct span s = span_str(code);
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		return arena_cstr(a, span_sub(s, 1, s.n - 2));
	return code;
}

static bool
explain_run(struct cli *cli, void *opts, const struct opt_list *args,
	    struct err *e)
{
	const struct explain *o = opts;
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	const char *code = o->error_code, *title;
	if (o->markdown + o->list + (args->n > 0) + (code != NULL) != 1)
		return err_set(e, ERR_USAGE,
			       "give one code, --list or --markdown");
	if (args->n && !(code = bare(args->v[0], cli->arena)))
		return err_full(e, "the code");
	if (code && !code_explain(&b, code))
		return no_such(code, e);
	if (o->markdown)
		reasons_markdown(&b);
	for (size_t i = 0; o->list && (code = code_at(i, &title)); i++)
		buf_fmt(&b, "%-24s%s\n", code, title);
	if (!buf_ok(&b, "the explanation", e))
		return false;
	fwrite(b.p, 1, b.n, cli->out);
	return true;
}

static void
explain_words(const struct program *p, FILE *f)
{
	const char *code, *title;
	(void)p;
	for (size_t i = 0; (code = code_at(i, &title)); i++)
		fprintf(f, "%s ", code);
}

static const struct cmd_example explain_examples[] = {
	{ "veraclave explain pcr-application", "explain why PCR2 differs" },
	{ "veraclave explain E36", "explain a code of nitro-cli" },
	{ NULL, NULL },
};

const struct cmd cmd_explain = {
	.name = "explain",
	.group = CMD_EXPECT,
	.about = "explain the code of a message and what to do",
	.args = "[CODE]",
	.max_args = 1,
	.opts = explain_opts,
	.size = sizeof(struct explain),
	.examples = explain_examples,
	.words = explain_words,
	.run = explain_run,
};
