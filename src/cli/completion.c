/* Shell completion from the option tables. */
#include "cli/help.h"

#include <string.h>

#include "cli/line.h"
#include "cli/result.h"

void
help_verb_names(const struct program *p, FILE *f)
{
	for (const struct cmd *const *c = p->cmds; *c; c++)
		if ((*c)->group)
			fprintf(f, "%s ", (*c)->name);
}

static void
option_names(FILE *f, const struct cmd *c)
{
	fputs(result_is_own(c) ? "--help --quiet" : "--help --quiet --json", f);
	struct cmd_rows rows = { .cmd = c };
	for (const struct opt *o; (o = cmd_rows_next(&rows));)
		if (!o->hidden)
			fprintf(f, " --%s", o->name);
}

/* What the first operand can be, where that is known. */
static void
operand_words(FILE *f, const struct program *p, const struct cmd *c)
{
	for (const struct cmd_action *a = c->actions; a && a->name; a++)
		fprintf(f, "%s ", a->name);
	if (c->words)
		c->words(p, f);
}

static bool
has_words(const struct cmd *c)
{
	return c->actions || c->words;
}

/* Files by what an option takes: how their names end, or NULL. */
static const char *
file_end(const struct opt *o)
{
	static const struct {
		const char *option, *end;
	} ends[] = {
		{ "pcrs", "json" },     { "report", "json" },
		{ "metadata", "json" }, { "policy", "toml" },
		{ "eif", "eif" },       { "eif-path", "eif" },
		{ "check", "json" },    { "signing-certificate", "pem" },
	};
	if (!o->arg || o->choice || strcmp(o->arg, "FILE") != 0)
		return NULL;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (strcmp(ends[i].option, o->name) == 0)
			return ends[i].end;
	return NULL;
}

static bool
takes_dir(const struct opt *o)
{
	return o->arg && !o->choice && strcmp(o->arg, "DIR") == 0;
}

static void
bash_first(FILE *f, const struct program *p, const struct cmd *c)
{
	if (!has_words(c))
		return;
	fputs("\t\tif [ \"$COMP_CWORD\" -eq 2 ] && [[ $cur != -* ]]; then\n"
	      "\t\t\tCOMPREPLY=($(compgen -W '",
	      f);
	operand_words(f, p, c);
	fputs("' -- \"$cur\"))\n\t\t\treturn\n\t\tfi\n", f);
}

static void
bash_files(FILE *f, const struct cmd *c)
{
	struct cmd_rows rows = { .cmd = c };
	for (const struct opt *o; (o = cmd_rows_next(&rows));) {
		const char *end = file_end(o);
		if (takes_dir(o))
			fprintf(f,
				"\t\t--%s) COMPREPLY=($(compgen -d -- "
				"\"$cur\")); return ;;\n",
				o->name);
		else if (end)
			fprintf(f,
				"\t\t--%s) COMPREPLY=($(compgen -d -- "
				"\"$cur\") $(compgen -f -X '!*.%s' -- "
				"\"$cur\")); return ;;\n",
				o->name, end);
	}
}

static void
bash(FILE *f, const struct program *p)
{
	fputs("# bash completion for veraclave\n"
	      "_veraclave() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
	      "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]} words=\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords='",
	      f);
	help_verb_names(p, f);
	fputs("'\n\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	      "\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n",
	      f);
	for (const struct cmd *const *c = p->cmds; *c; c++) {
		fprintf(f, "\t%s)\n\t\tcase $prev in\n", (*c)->name);
		struct cmd_rows rows = { .cmd = *c };
		for (const struct opt *o; (o = cmd_rows_next(&rows));) {
			if (!o->choice)
				continue;
			fprintf(f, "\t\t--%s) COMPREPLY=($(compgen -W '",
				o->name);
			for (size_t i = 0; o->choice[i]; i++)
				fprintf(f, "%s%s", i ? " " : "", o->choice[i]);
			fputs("' -- \"$cur\")); return ;;\n", f);
		}
		bash_files(f, *c);
		fputs("\t\tesac\n", f);
		bash_first(f, p, *c);
		fputs("\t\twords='", f);
		option_names(f, *c);
		fputs("' ;;\n", f);
	}
	fputs("\tesac\n\tcase $cur in\n"
	      "\t-*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
	      "\t*) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n\tesac\n}\n"
	      "complete -o filenames -F _veraclave veraclave\n",
	      f);
}

/* A description inside single quotes and brackets. */
static void
zsh_text(FILE *f, const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", f);
		else if (strchr("[]:\\", *s))
			fprintf(f, "\\%c", *s);
		else
			fputc(*s, f);
	}
}

static void
zsh_option(FILE *f, const struct cmd *c, const struct opt *o)
{
	if (o->hidden)
		return;
	fprintf(f, " \\\n\t\t'%s--%s%s[", opt_repeats(o) ? "*" : "", o->name,
		o->arg ? "=" : "");
	zsh_text(f, cmd_opt_text(c, o).s);
	fputc(']', f);
	const char *end = file_end(o);
	if (o->arg && !o->choice)
		fprintf(f, ":%s:_files%s", o->arg, takes_dir(o) ? " -/" : "");
	if (end)
		fprintf(f, " -g \"*.%s\"", end);
	for (size_t i = 0; o->choice && o->choice[i]; i++) {
		if (i == 0)
			fprintf(f, ":%s:(", o->arg);
		fprintf(f, "%s%s%s", i ? " " : "", o->choice[i],
			o->choice[i + 1] ? "" : ")");
	}
	fputc('\'', f);
}

static void
zsh(FILE *f, const struct program *p)
{
	fputs("#compdef veraclave\n_veraclave() {\n"
	      "\tlocal -a verbs\n\tverbs=(",
	      f);
	for (const struct cmd *const *c = p->cmds; *c; c++) {
		if (!(*c)->group)
			continue;
		fprintf(f, "\n\t\t'%s:", (*c)->name);
		zsh_text(f, (*c)->about);
		fputc('\'', f);
	}
	fputs(")\n\tif (( CURRENT == 2 )); then\n"
	      "\t\t_describe verb verbs\n\t\treturn\n\tfi\n"
	      "\tlocal verb=$words[2]\n\tshift words\n\t(( CURRENT-- ))\n"
	      "\tcase $verb in\n",
	      f);
	for (const struct cmd *const *c = p->cmds; *c; c++) {
		fprintf(f,
			"\t%s)\n\t\t_arguments '--help[show the help]' "
			"'--quiet[print errors and results only]'",
			(*c)->name);
		struct cmd_rows rows = { .cmd = *c };
		for (const struct opt *o; (o = cmd_rows_next(&rows));)
			zsh_option(f, *c, o);
		if (!result_is_own(*c))
			fputs(" '--json[print what was done as JSON]'", f);
		if (has_words(*c)) {
			fputs(" '1:what:(", f);
			operand_words(f, p, *c);
			fputs(")'", f);
		}
		fputs(" '*:file:_files' ;;\n", f);
	}
	fputs("\tesac\n}\n_veraclave \"$@\"\n", f);
}

static void
fish_text(FILE *f, const char *s)
{
	for (; *s; s++)
		fprintf(f, *s == '\'' || *s == '\\' ? "\\%c" : "%c", *s);
}

static void
fish_option(FILE *f, const struct cmd *c, const struct opt *o)
{
	if (o->hidden)
		return;
	fprintf(f,
		"complete -c veraclave -n "
		"'__fish_seen_subcommand_from %s' -l %s",
		c->name, o->name);
	if (o->short_name)
		fprintf(f, " -s %c", o->short_name);
	if (o->choice) {
		fputs(" -x -a '", f);
		for (size_t i = 0; o->choice[i]; i++)
			fprintf(f, "%s ", o->choice[i]);
		fputc('\'', f);
	} else if (takes_dir(o)) {
		fputs(" -x -a '(__fish_complete_directories)'", f);
	} else if (file_end(o)) {
		fprintf(f, " -x -k -a '(__fish_complete_suffix .%s)'",
			file_end(o));
	} else if (o->arg) {
		fputs(" -r", f);
	}
	fputs(" -d '", f);
	fish_text(f, cmd_opt_text(c, o).s);
	fputs("'\n", f);
}

static void
fish(FILE *f, const struct program *p)
{
	fputs("# fish completion for veraclave\n"
	      "complete -c veraclave -l help -s h -d 'show the help'\n"
	      "complete -c veraclave -l quiet -s q -d "
	      "'print errors and results only'\n",
	      f);
	for (const struct cmd *const *c = p->cmds; *c; c++) {
		if ((*c)->group) {
			fprintf(f,
				"complete -c veraclave -f -n "
				"__fish_use_subcommand -a %s -d '",
				(*c)->name);
			fish_text(f, (*c)->about);
			fputs("'\n", f);
		}
		if (has_words(*c)) {
			fprintf(f,
				"complete -c veraclave -f -n "
				"'__fish_seen_subcommand_from %s' -a '",
				(*c)->name);
			operand_words(f, p, *c);
			fputs("'\n", f);
		}
		struct cmd_rows rows = { .cmd = *c };
		for (const struct opt *o; (o = cmd_rows_next(&rows));)
			fish_option(f, *c, o);
		if (!result_is_own(*c))
			fprintf(f,
				"complete -c veraclave -n "
				"'__fish_seen_subcommand_from %s' -l json -d "
				"'print what was done as JSON'\n",
				(*c)->name);
	}
}

bool
help_completion(const struct program *p, FILE *f, const char *shell)
{
	static const struct {
		const char *name;
		void (*write)(FILE *f, const struct program *p);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	for (size_t i = 0; i < COUNT(shells); i++)
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].write(f, p);
			return true;
		}
	return false;
}
