/* Manual pages from the option tables, in mdoc(7). */
#include "cli/help.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "cli/line.h"
#include "cli/result.h"
#include "codec/roff.h"

#ifndef VERACLAVE_VERSION
#error "VERACLAVE_VERSION comes from the build"
#endif

static bool
lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static void
heading(struct buf *b, const char *name, const char *about)
{
	char upper[64];
	size_t n = strnlen(name, sizeof upper - 1);
	for (size_t i = 0; i < n; i++)
		upper[i] =
			(char)(lower(name[i]) ? name[i] - 'a' + 'A' : name[i]);
	upper[n] = '\0';
	buf_fmt(b,
		".Dd November 22, 2026\n.Dt %s 1\n.Os Veraclave %s\n"
		".Sh NAME\n.Nm %s\n.Nd ",
		upper, VERACLAVE_VERSION, name);
	roff_line(b, about);
}

static const char quiet[] =
	"Print errors and results only. The requested output remains; "
	"warnings, "
	"progress and the summary of what was written (its path and "
	"measurements) are omitted. With --json the summary is printed as "
	"data.";

static void
options(struct buf *b, const struct cmd *c)
{
	buf_fmt(b, "The options are:\n.Bl -tag -width Ds\n");
	struct cmd_rows rows = { .cmd = c };
	for (const struct opt *o; (o = cmd_rows_next(&rows));) {
		if (o->hidden)
			continue;
		buf_fmt(b, ".It ");
		if (o->short_name)
			buf_fmt(b, "Fl %c , ", o->short_name);
		buf_fmt(b, "Fl Fl %s%s%s\n", o->name, o->arg ? " Ar " : "",
			o->arg ? o->arg : "");
		roff_text(b, cmd_opt_text(c, o).s);
		for (size_t i = 0; o->choice && o->choice[i]; i++)
			buf_fmt(b, "%s\n.Cm %s\n", i ? "or" : "The value is",
				o->choice[i]);
	}
	buf_fmt(b, ".It Fl h , Fl Fl help\nShow the help and exit.\n"
		   ".It Fl q , Fl Fl quiet\n");
	roff_text(b, quiet);
	if (!result_is_own(c))
		buf_fmt(b, ".It Fl Fl json\nPrint what was done as JSON.\n");
	buf_fmt(b, ".El\n");
}

static void
environment(struct buf *b)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "CI", "If set, no progress bars are shown." },
		{ "NITRO_CLI_BLOBS", "The directory of AWS's kernels and init, "
				     "as with nitro-cli." },
		{ "NO_COLOR", "If set, no colours are used." },
		{ "SOURCE_DATE_EPOCH",
		  "The time to write where a format requires one, in seconds "
		  "since "
		  "1970, unless an option or the file sets another." },
		{ "TMPDIR", "The directory for temporary files; the default is "
			    "/var/tmp." },
		{ "VERACLAVE_WAIT",
		  "How many seconds to wait for the other end of a FIFO (60), "
		  "and for data from a silent pipe (3600)." },
	};
	buf_fmt(b, ".Sh ENVIRONMENT\n.Bl -tag -width SOURCE_DATE_EPOCH\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_fmt(b, ".It Ev %s\n", rows[i].name);
		roff_text(b, rows[i].text);
	}
	buf_fmt(b, ".El\n");
}

static void
exit_status(struct buf *b)
{
	buf_fmt(b, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n"
		   ".It 0\nDone; the answer is yes.\n"
		   ".It 1\nA check ran and the answer is no.\n"
		   ".It 2\nThe command line is wrong.\n"
		   ".It 3\nThe input is malformed.\n"
		   ".It 4\nThe machine or the network failed.\n"
		   ".It 70\nA bug of ours.\n.El\n");
}

/* "FILE [DIR | -]": each word as what it is. */
static void
operands(struct buf *b, const char *args)
{
	while (*args) {
		size_t n = strcspn(args, " ");
		size_t head = args[0] == '[', tail = n && args[n - 1] == ']';
		if (head)
			buf_fmt(b, ".Oo\n");
		if (n == 1 && args[0] == '|')
			buf_fmt(b, ".No \\&|\n");
		else
			buf_fmt(b, ".Ar %.*s\n", (int)(n - head - tail),
				args + head);
		if (tail)
			buf_fmt(b, ".Oc\n");
		args += n;
		args += strspn(args, " ");
	}
}

static void
actions(struct buf *b, const struct cmd *c)
{
	if (!c->actions)
		return;
	buf_fmt(b, "The actions are:\n.Bl -tag -width Ds\n");
	for (const struct cmd_action *a = c->actions; a->name; a++) {
		buf_fmt(b, ".It Cm %s%s%s\n", a->name, a->args[0] ? " Ar " : "",
			a->args);
		roff_text(b, a->about);
	}
	buf_fmt(b, ".El\n.Pp\n");
}

static void
verb_page(struct buf *b, const struct cmd *c)
{
	char name[64];
	snprintf(name, sizeof name, "veraclave-%s", c->name);
	heading(b, name, c->about);
	buf_fmt(b, ".Sh SYNOPSIS\n.Nm veraclave %s\n.Op Ar options\n", c->name);
	if (c->args)
		operands(b, c->args);
	buf_fmt(b, ".Sh DESCRIPTION\n");
	if (c->prose)
		roff_text(b, c->prose);
	else
		roff_text(b, c->about);
	buf_fmt(b, ".Pp\n");
	actions(b, c);
	options(b, c);
	exit_status(b);
	for (const struct cmd_example *x = c->examples; x && x->command; x++) {
		buf_fmt(b, "%s", x == c->examples ? ".Sh EXAMPLES\n" : ".Pp\n");
		roff_text(b, x->what);
		buf_fmt(b, ".Dl ");
		roff_line(b, x->command);
	}
	buf_fmt(b, ".Sh SEE ALSO\n.Xr veraclave 1\n");
}

void
help_mdoc(const struct program *p, struct buf *b, const struct cmd *c)
{
	if (c) {
		verb_page(b, c);
		return;
	}
	heading(b, "veraclave",
		"enclave images that anybody can rebuild and "
		"check");
	buf_fmt(b, ".Sh SYNOPSIS\n.Nm\n.Ar verb\n.Op Ar options\n"
		   ".Sh DESCRIPTION\nThe verbs are:\n"
		   ".Bl -tag -width completion\n");
	for (const struct cmd *const *v = p->cmds; *v; v++)
		if ((*v)->group) {
			buf_fmt(b, ".It Xr veraclave-%s 1\n", (*v)->name);
			roff_text(b, (*v)->about);
		}
	buf_fmt(b, ".El\n");
	buf_fmt(b, "More is explained in:\n.Bl -tag -width enclave.toml\n");
	for (const struct topic *x = p->topics; x->name; x++) {
		buf_fmt(b, ".It Xr %s %u\n", x->page, x->section);
		roff_text(b, x->about);
	}
	buf_fmt(b, ".El\n");
	environment(b);
	exit_status(b);
}
