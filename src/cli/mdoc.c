/* Manual pages from the option tables, in mdoc(7). */
#include "cli/help.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "codec/roff.h"

#ifndef VERACLAVE_VERSION
#error "VERACLAVE_VERSION comes from the build"
#endif

static void
text(FILE *f, const char *s)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	roff_text(&b, s);
	fwrite(b.p, 1, b.n, f);
}

static void
text_line(FILE *f, const char *s)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	roff_line(&b, s);
	fwrite(b.p, 1, b.n, f);
}

static bool
lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static void
heading(FILE *f, const char *name, const char *about)
{
	char upper[64];
	size_t n = strnlen(name, sizeof upper - 1);
	for (size_t i = 0; i < n; i++)
		upper[i] =
			(char)(lower(name[i]) ? name[i] - 'a' + 'A' : name[i]);
	upper[n] = '\0';
	fprintf(f,
		".Dd November 22, 2026\n.Dt %s 1\n.Os Veraclave %s\n"
		".Sh NAME\n.Nm %s\n.Nd ",
		upper, VERACLAVE_VERSION, name);
	text_line(f, about);
}

static void
options(FILE *f, const struct cmd *c)
{
	fprintf(f, "The options are:\n.Bl -tag -width Ds\n");
	for (const struct opt *o = c->opts; o && o->name; o++) {
		if (o->hidden)
			continue;
		fprintf(f, ".It ");
		if (o->short_name)
			fprintf(f, "Fl %c , ", o->short_name);
		fprintf(f, "Fl Fl %s%s%s\n", o->name, o->arg ? " Ar " : "",
			o->arg ? o->arg : "");
		text(f, o->help);
		for (size_t i = 0; o->choice && o->choice[i]; i++)
			fprintf(f, "%s\n.Cm %s\n", i ? "or" : "The value is",
				o->choice[i]);
	}
	fprintf(f, ".It Fl h , Fl Fl help\nShow the help and exit.\n"
		   ".It Fl q , Fl Fl quiet\nPrint results and errors only.\n"
		   ".El\n");
}

static void
environment(FILE *f)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "CI", "When it is set, there are no progress bars." },
		{ "NITRO_CLI_BLOBS",
		  "Where AWS's kernels and init are; as in nitro-cli." },
		{ "NO_COLOR", "When it is set, there are no colours." },
		{ "SOURCE_DATE_EPOCH",
		  "The time to write where a time has to be, in seconds since "
		  "1970, unless an option or the file says another." },
		{ "TMPDIR", "Where temporary files go; else /var/tmp." },
	};
	fprintf(f, ".Sh ENVIRONMENT\n.Bl -tag -width SOURCE_DATE_EPOCH\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		fprintf(f, ".It Ev %s\n", rows[i].name);
		text(f, rows[i].text);
	}
	fprintf(f, ".El\n");
}

static void
exit_status(FILE *f)
{
	fprintf(f, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n"
		   ".It 0\nDone; the answer is yes.\n"
		   ".It 1\nA check ran and the answer is no.\n"
		   ".It 2\nThe command line is wrong.\n"
		   ".It 3\nThe input is malformed.\n"
		   ".It 4\nThe machine or the network failed.\n"
		   ".It 70\nA bug of ours.\n.El\n");
}

/* "FILE [DIR | -]": each word as what it is. */
static void
operands(FILE *f, const char *args)
{
	while (*args) {
		size_t n = strcspn(args, " ");
		size_t head = args[0] == '[', tail = n && args[n - 1] == ']';
		if (head)
			fprintf(f, ".Oo\n");
		if (n == 1 && args[0] == '|')
			fprintf(f, ".No \\&|\n");
		else
			fprintf(f, ".Ar %.*s\n", (int)(n - head - tail),
				args + head);
		if (tail)
			fprintf(f, ".Oc\n");
		args += n;
		args += strspn(args, " ");
	}
}

static void
verb_page(FILE *f, const struct cmd *c)
{
	char name[64];
	snprintf(name, sizeof name, "veraclave-%s", c->name);
	heading(f, name, c->about);
	fprintf(f, ".Sh SYNOPSIS\n.Nm veraclave %s\n.Op Ar options\n", c->name);
	if (c->args)
		operands(f, c->args);
	fprintf(f, ".Sh DESCRIPTION\n");
	if (c->prose)
		text(f, c->prose);
	else
		text(f, c->about);
	fprintf(f, ".Pp\n");
	options(f, c);
	exit_status(f);
	for (const struct cmd_example *x = c->examples; x && x->command; x++) {
		fprintf(f, "%s", x == c->examples ? ".Sh EXAMPLES\n" : ".Pp\n");
		text(f, x->what);
		fprintf(f, ".Dl ");
		text_line(f, x->command);
	}
	fprintf(f, ".Sh SEE ALSO\n.Xr veraclave 1\n");
}

void
help_mdoc(FILE *f, const struct cmd *c)
{
	if (c) {
		verb_page(f, c);
		return;
	}
	heading(f, "veraclave",
		"enclave images that anybody can rebuild and "
		"check");
	fprintf(f, ".Sh SYNOPSIS\n.Nm\n.Ar verb\n.Op Ar options\n"
		   ".Sh DESCRIPTION\nThe verbs are:\n"
		   ".Bl -tag -width completion\n");
	for (const struct cmd *const *v = cmds; *v; v++)
		if ((*v)->group) {
			fprintf(f, ".It Xr veraclave-%s 1\n", (*v)->name);
			text(f, (*v)->about);
		}
	fprintf(f, ".El\n");
	fprintf(f, "More is explained in:\n.Bl -tag -width enclave.toml\n");
	for (const struct topic *x = help_topics; x->name; x++) {
		fprintf(f, ".It Xr %s %u\n", x->name, x->section);
		text(f, x->about);
	}
	fprintf(f, ".El\n");
	environment(f);
	exit_status(f);
}
