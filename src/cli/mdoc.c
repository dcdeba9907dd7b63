/* Manual pages from the option tables, in mdoc(7). */
#include "cli/help.h"

#include <string.h>

#ifndef VERACLAVE_VERSION
#error "VERACLAVE_VERSION comes from the build"
#endif

/* Text with a leading dot, quote or backslash made harmless. */
static void
text(FILE *f, const char *s)
{
	bool line_start = true;
	for (; *s; s++) {
		if (s[0] == '\n' && s[1] == '\n') {
			fputs("\n.Pp\n", f);
			s++;
			line_start = true;
			continue;
		}
		if (line_start && (*s == '.' || *s == '\''))
			fputs("\\&", f);
		if (*s == '\\')
			fputs("\\e", f);
		else if (*s == '-')
			fputs("\\-", f);
		else
			fputc(*s, f);
		line_start = *s == '\n';
	}
	fputc('\n', f);
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
	text(f, about);
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

static void
verb_page(FILE *f, const struct cmd *c)
{
	char name[64];
	snprintf(name, sizeof name, "veraclave-%s", c->name);
	heading(f, name, c->about);
	fprintf(f, ".Sh SYNOPSIS\n.Nm veraclave %s\n.Op Ar options\n", c->name);
	if (c->args)
		fprintf(f, ".Ar %s\n", c->args);
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
		text(f, x->command);
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
	exit_status(f);
}
