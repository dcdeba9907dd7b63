/* explain: the story behind a code. */
#include "cli/cmd.h"

#include <string.h>

#include "attest/reasons.h"
#include "base/fmt.h"
#include "base/near.h"
#include "cli/help.h"

struct explain {
	bool markdown, list;
};

static const struct opt explain_opts[] = {
	OPT_FLAG('l', "list", struct explain, list, "print all codes"),
	OPT_FLAG(0, "markdown", struct explain, markdown,
		 "print docs/troubleshooting.md"),
	OPT_END,
};

static bool
no_such(const char *code, struct err *e)
{
	const char *best = NULL;
	size_t least = near_enough(strlen(code)) + 1;
	const struct reason *r;
	for (size_t i = 0; (r = reason_at(i)); i++) {
		size_t d = near_distance(r->code, code);
		if (d < least) {
			best = r->code;
			least = d;
		}
	}
	err_set(e, ERR_USAGE, "there is no code %s", show_str(code).s);
	return best ? err_hint(e, "did you mean %s?", best)
		    : err_hint(e, "\"veraclave explain --list\" shows all");
}

static bool
explain_run(struct cli *cli, void *opts, const struct opt_list *args,
	    struct err *e)
{
	const struct explain *o = opts;
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	const struct reason *r = NULL;
	if (o->markdown + o->list + (args->n > 0) != 1)
		return err_set(e, ERR_USAGE,
			       "give one code, --list or --markdown");
	if (args->n && !(r = reason_look(args->v[0])))
		return no_such(args->v[0], e);
	if (r)
		reason_text(&b, r);
	if (o->markdown)
		reasons_markdown(&b);
	for (size_t i = 0; o->list && (r = reason_at(i)); i++)
		buf_fmt(&b, "%-24s%s\n", r->code, r->title);
	if (!buf_ok(&b, "the explanation", e))
		return false;
	fwrite(b.p, 1, b.n, cli->out);
	return true;
}

static const struct cmd_example explain_examples[] = {
	{ "veraclave explain pcr-application", "why PCR2 differs" },
	{ NULL, NULL },
};

const struct cmd cmd_explain = {
	.name = "explain",
	.group = "Attest",
	.about = "tell what a code of verify means and what to do",
	.args = "[CODE]",
	.max_args = 1,
	.opts = explain_opts,
	.size = sizeof(struct explain),
	.examples = explain_examples,
	.run = explain_run,
};
