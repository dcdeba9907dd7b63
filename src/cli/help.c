#include "cli/help.h"

#include <string.h>

#include "base/fmt.h"
#include "cli/line.h"
#include "cli/result.h"

enum { WIDTH = 79, INDENT = 30 };

const char *const cmd_group_names[CMD_GROUPS] = {
	[CMD_BUILD] = "Build and sign",
	[CMD_CHECK] = "Look into an image",
	[CMD_EXPECT] = "Publish, expect and verify",
	[CMD_RUN] = "Run and simulate",
	[CMD_NITRO_CLI] = "In place of nitro-cli",
	[CMD_OTHER] = "Other",
};

/* Words of `text`, wrapped; the cursor is at column `at` to begin with. */
static void
wrapped(FILE *f, const char *text, size_t indent, size_t at)
{
	while (*text) {
		size_t n = strcspn(text, " \n");
		if (at > indent && at + 1 + n > WIDTH) {
			fprintf(f, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			fputc(' ', f);
			at++;
		}
		fprintf(f, "%.*s", (int)n, text);
		at += n;
		text += n;
		if (text[0] == '\n' && text[1] == '\n') {
			fprintf(f, "\n\n%*s", (int)indent, "");
			at = indent;
		}
		text += strspn(text, " \n");
	}
	fputc('\n', f);
}

static void
row(FILE *f, const char *left, const char *help)
{
	size_t n = strlen(left) + 2;
	fprintf(f, "  %s", left);
	if (n + 1 >= INDENT)
		fprintf(f, "\n%*s", INDENT, "");
	else
		fprintf(f, "%*s", (int)(INDENT - n), "");
	wrapped(f, help, INDENT, INDENT);
}

static void
option_row(FILE *f, const struct opt *o, struct opt_text text)
{
	char left[120], letter[8] = "    ", *help = text.s;
	size_t n;
	if (o->short_name)
		snprintf(letter, sizeof letter, "-%c, ", o->short_name);
	snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name,
		 o->arg ? " " : "", o->arg ? o->arg : "");
	for (size_t i = 0; o->choice && o->choice[i]; i++) {
		n = strlen(help);
		snprintf(help + n, sizeof text.s - n, "%s%s", i ? ", " : ": ",
			 o->choice[i]);
	}
	row(f, left, help);
}

static const struct opt common[] = {
	{ .kind = OPT_KIND_FLAG,
	  .short_name = 'h',
	  .name = "help",
	  .help = "show this help" },
	{ .kind = OPT_KIND_FLAG,
	  .short_name = 'q',
	  .name = "quiet",
	  .help = "print errors and results only" },
	{ .kind = OPT_KIND_FLAG,
	  .name = "json",
	  .help = "print what was done as JSON" },
	OPT_END,
};

static bool
any_shown(const struct cmd *c)
{
	struct cmd_rows rows = { .cmd = c };
	for (const struct opt *o; (o = cmd_rows_next(&rows));)
		if (!o->hidden)
			return true;
	return false;
}

static void
usage_line(FILE *f, const struct cmd *c)
{
	fprintf(f, "veraclave %s%s%s%s", c->name,
		any_shown(c) ? " [options]" : "", c->args ? " " : "",
		c->args ? c->args : "");
}

void
help_overview(const struct program *p, FILE *f)
{
	fprintf(f, "veraclave: enclave images that anybody can rebuild and "
		   "check\n\nUsage: veraclave VERB [options] [operands]\n");
	for (enum cmd_group g = CMD_UNLISTED + 1; g < CMD_GROUPS; g++) {
		bool any = false;
		for (const struct cmd *const *c = p->cmds; *c; c++) {
			if ((*c)->group != g)
				continue;
			if (!any)
				fprintf(f, "\n%s\n", cmd_group_names[g]);
			any = true;
			row(f, (*c)->name, (*c)->about);
		}
	}
	fprintf(f, "\nTopics\n");
	for (const struct topic *x = p->topics; x->name; x++)
		row(f, x->name, x->about);
	fprintf(f, "\n\"veraclave help VERB\" explains a verb.\n"
		   "Exit status: 0 yes, 1 no, 2 usage, 3 malformed input, "
		   "4 machine or network,\n70 our bug.\n");
}

void
help_verb(FILE *f, const struct cmd *c)
{
	fprintf(f, "veraclave %s: %s\n\nUsage: ", c->name, c->about);
	usage_line(f, c);
	fprintf(f, "\n");
	if (c->prose) {
		fputc('\n', f);
		wrapped(f, c->prose, 0, 0);
	}
	for (const struct cmd_action *a = c->actions; a && a->name; a++) {
		char left[120];
		snprintf(left, sizeof left, "%s %s", a->name, a->args);
		fprintf(f, "%s", a == c->actions ? "\nActions\n" : "");
		row(f, left, a->about);
	}
	fprintf(f, "\nOptions\n");
	struct cmd_rows rows = { .cmd = c };
	for (const struct opt *o; (o = cmd_rows_next(&rows));)
		if (!o->hidden)
			option_row(f, o, cmd_opt_text(c, o));
	for (const struct opt *o = common; o->name; o++)
		if (strcmp(o->name, "json") != 0 || !result_is_own(c))
			option_row(f, o, cmd_opt_text(c, o));
	for (const struct cmd_example *x = c->examples; x && x->command; x++) {
		fprintf(f, "%s  %s\n      ",
			x == c->examples ? "\nExamples\n" : "", x->command);
		wrapped(f, x->what, 6, 6);
	}
}
