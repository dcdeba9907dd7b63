#include "recipe/config_doc.h"

#include <string.h>

#include "base/fmt.h"
#include "recipe/config_fields.h"
#include "codec/roff.h"

static const char intro[] =
	"The file describes one enclave image: where its files come from, what "
	"runs in it, and how it becomes bytes. It is TOML 1.0. Every key is "
	"optional; a key that is not known is an error. Relative paths start "
	"at the directory of the file. Options of the command line win over "
	"the file.";

/* The first example is what a newcomer writes; tests read all of them. */
static const char *const examples[] = {
	"name = \"hello\"\n"
	"\n"
	"[source]\n"
	"dockerfile = \"Dockerfile\"\n",
	"name = \"signer\"\n"
	"version = \"1.4.0\"\n"
	"\n"
	"[rootfs]\n"
	"debian = \"bookworm\"\n"
	"packages = [\"python3\"]\n"
	"\n"
	"[process]\n"
	"entrypoint = [\"python3\", \"-m\", \"http.server\"]\n"
	"env = { LOG_LEVEL = \"info\" }\n"
	"\n"
	"[build]\n"
	"scrub = \"minimal\"\n",
};

static const struct {
	const char *word, *text;
} kinds[] = {
	[CONFIG_STR] = { "string", "a string" },
	[CONFIG_PATH] = { "path", "a path" },
	[CONFIG_IMAGE] = { "image", "an image" },
	[CONFIG_URI] = { "path or URI", "a path or a pkcs11: URI" },
	[CONFIG_U64] = { "integer", "an integer" },
	[CONFIG_ENUM] = { "choice", "one of" },
	[CONFIG_LIST] = { "strings", "an array of strings" },
	[CONFIG_PAIRS] = { "table", "a table of strings" },
	[CONFIG_PORTS] = { "ports",
			   "an array of up to 16 numbers, 1 to 65535" },
};

static void
choices(struct buf *b, const struct config_field *f, const char *before,
	const char *after)
{
	for (size_t i = 0; f->choice && f->choice[i]; i++)
		buf_fmt(b, "%s%s%s%s", i ? ", " : "", before, f->choice[i],
			after);
}

/* "Default: x. Needs y. One of a, b." in plain words, NUL-terminated. */
static void
facts(struct buf *b, const struct config_field *f)
{
	buf_fmt(b, "Value: %s", kinds[f->kind].text);
	if (f->choice)
		buf_str(b, " ");
	choices(b, f, "", "");
	if (f->kind == CONFIG_U64)
		buf_fmt(b, ", %llu to %llu", (unsigned long long)f->min,
			(unsigned long long)f->max);
	buf_str(b, ".");
	if (f->fallback)
		buf_fmt(b, " Default: %s.", f->fallback);
	if (f->instead)
		buf_fmt(b, " Without it: %s.", f->instead);
	if (f->needs)
		buf_fmt(b, " Only beside %s.", f->needs);
	buf_u8(b, 0);
}

static bool
in_table(const struct config_field *f, const struct config_table *t)
{
	return strcmp(f->table, t->name) == 0;
}

void
config_doc_text(struct buf *b)
{
	buf_str(b, "enclave.toml: what an enclave image is made of\n\n");
	fmt_wrap(b, "", intro);
	for (size_t i = 0; i < config_table_count; i++) {
		const struct config_table *t = &config_tables[i];
		buf_fmt(b, t->name[0] ? "\n[%s]\n" : "%s\n", t->name);
		fmt_wrap(b, "", t->help);
		for (size_t k = 0; k < config_field_count; k++) {
			const struct config_field *f = &config_fields[k];
			if (!in_table(f, t))
				continue;
			DEFER(buf_free) struct buf line = buf_max(1024);
			facts(&line, f);
			buf_fmt(b, "\n  %s\n", f->key);
			fmt_wrap(b, "      ", f->help);
			fmt_wrap(b, "      ", (const char *)line.p);
		}
	}
	for (size_t i = 0; i < COUNT(examples); i++)
		buf_fmt(b, "\nExample %zu\n\n%s", i + 1, examples[i]);
}

static void
mdoc_fields(struct buf *b, const struct config_table *t)
{
	bool any = false;
	for (size_t k = 0; k < config_field_count; k++) {
		const struct config_field *f = &config_fields[k];
		if (!in_table(f, t))
			continue;
		if (!any)
			buf_str(b, ".Bl -tag -width Ds\n");
		any = true;
		DEFER(buf_free) struct buf line = buf_max(1024);
		facts(&line, f);
		buf_fmt(b, ".It Cm %s\n", f->key);
		roff_text(b, f->help);
		roff_text(b, (const char *)line.p);
		buf_str(b, "Example:\n.Dl ");
		roff_line(b, f->example);
	}
	if (any)
		buf_str(b, ".El\n");
}

void
config_doc_mdoc(struct buf *b, const char *version)
{
	buf_fmt(b,
		".Dd November 22, 2026\n.Dt ENCLAVE.TOML 5\n"
		".Os Veraclave %s\n.Sh NAME\n.Nm enclave.toml\n"
		".Nd what an enclave image is made of\n.Sh DESCRIPTION\n",
		version);
	roff_text(b, intro);
	for (size_t i = 0; i < config_table_count; i++) {
		const struct config_table *t = &config_tables[i];
		buf_fmt(b, ".Ss %s\n",
			t->name[0] ? t->name : "Above all headers");
		roff_text(b, t->help);
		mdoc_fields(b, t);
	}
	buf_str(b, ".Sh EXAMPLES\n");
	for (size_t i = 0; i < COUNT(examples); i++)
		roff_code(b, examples[i]);
	buf_str(b, ".Sh SEE ALSO\n.Xr veraclave 1\n");
}

/* A cell of a table must not hold bars. */
static void
cell(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			buf_str(b, "\\");
		buf_u8(b, (uint8_t)*text);
	}
}

static void
markdown_row(struct buf *b, const struct config_field *f)
{
	buf_fmt(b, "| `%s` | %s", f->key, kinds[f->kind].word);
	if (f->choice) {
		buf_str(b, ": ");
		choices(b, f, "`", "`");
	}
	buf_str(b, " | ");
	cell(b, f->help);
	if (f->needs)
		buf_fmt(b, " Only beside `%s`.", f->needs);
	buf_str(b, " | ");
	if (f->fallback)
		buf_fmt(b, "`%s`", f->fallback);
	else if (f->instead)
		cell(b, f->instead);
	buf_str(b, " | `");
	cell(b, f->example);
	buf_str(b, "` |\n");
}

void
config_doc_markdown(struct buf *b)
{
	buf_str(b, "# enclave.toml\n\n");
	fmt_wrap(b, "", intro);
	buf_str(b, "\n`veraclave init` writes a commented one. This page is "
		   "made by\n`veraclave help --markdown enclave.toml`; "
		   "`man enclave.toml` says the same.\n");
	for (size_t i = 0; i < COUNT(examples); i++)
		buf_fmt(b, "\n```toml\n%s```\n", examples[i]);
	for (size_t i = 0; i < config_table_count; i++) {
		const struct config_table *t = &config_tables[i];
		bool any = false;
		if (t->name[0])
			buf_fmt(b, "\n## [%s]\n\n", t->name);
		else
			buf_str(b, "\n## Above all headers\n\n");
		fmt_wrap(b, "", t->help);
		for (size_t k = 0; k < config_field_count; k++) {
			if (!in_table(&config_fields[k], t))
				continue;
			if (!any)
				buf_str(b, "\n| key | value | meaning | "
					   "default | example |\n"
					   "|---|---|---|---|---|\n");
			any = true;
			markdown_row(b, &config_fields[k]);
		}
	}
}

/* Two spaces more than "#key", so that no line is taken for one. */
static void
template_lines(struct buf *b, struct span rest)
{
	buf_str(b, "#\n");
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		buf_str(b, line.n ? "#   " : "#");
		buf_span(b, line);
		buf_str(b, "\n");
	}
	buf_str(b, "#\n");
}

static void
template_field(struct buf *b, const struct config_field *f,
	       const struct config_proposal *p)
{
	const struct config_line *on = NULL;
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(f->table, p->line[i].table) == 0 &&
		    strcmp(f->key, p->line[i].key) == 0)
			on = &p->line[i];
	DEFER(buf_free) struct buf line = buf_max(1024);
	facts(&line, f);
	buf_str(b, "\n");
	fmt_wrap(b, "# ", f->help);
	fmt_wrap(b, "# ", (const char *)line.p);
	if (on && on->why)
		fmt_wrap(b, "# ", on->why);
	if (on && p->shown.n && strcmp(f->key, "dockerfile") == 0)
		template_lines(b, p->shown);
	buf_fmt(b, "%s%s = %s\n", on ? "" : "#", f->key,
		on ? on->value : f->example);
}

void
config_doc_template(struct buf *b, const struct config_proposal *p)
{
	buf_str(b, "# enclave.toml: what this enclave image is made of. Every "
		   "key that may be here\n# is here; a line that begins with "
		   "\"#key\" shows one that is not set.\n"
		   "# \"veraclave help enclave.toml\" prints the same as a "
		   "reference.\n");
	for (size_t i = 0; i < config_table_count; i++) {
		const struct config_table *t = &config_tables[i];
		if (t->kept || t->later)
			continue;
		if (t->name[0]) {
			buf_str(b, "\n");
			fmt_wrap(b, "# ", t->help);
			buf_fmt(b, "[%s]\n", t->name);
		}
		for (size_t k = 0; k < config_field_count; k++)
			if (in_table(&config_fields[k], t))
				template_field(b, &config_fields[k], p);
	}
}
