/* The page about the JSON formats, made from their rows. */
#include "verbs/formats.h"

#include "base/fmt.h"
#include "codec/roff.h"

static const char intro[] =
	"JSON for other programs. Each kind has a name and a version, in its "
	"key schema. A reader must ignore unknown keys; a "
	"change that such a reader would notice is a new version. Digests are "
	"lower-case hex, times are seconds since 1970.";

/* "hex or null, optional" */
static void
put_type(struct buf *b, const struct format_key *k)
{
	static const struct {
		enum format_type type;
		const char *word;
	} words[] = {
		{ FORMAT_STRING, "string" },        { FORMAT_HEX, "hex" },
		{ FORMAT_NUMBER, "number" },        { FORMAT_BOOL, "bool" },
		{ FORMAT_OBJECT, "object" },        { FORMAT_NULL, " or null" },
		{ FORMAT_SOMETIMES, ", optional" },
	};
	for (size_t i = 0; i < COUNT(words); i++)
		if (k->type & words[i].type)
			buf_str(b, words[i].word);
}

void
format_doc_text(struct buf *b)
{
	buf_str(b, "formats: JSON that veraclave writes\n\n");
	fmt_wrap(b, "", intro);
	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		buf_fmt(b, "\n%s\n", format_names[i]);
		fmt_wrap(b, "", formats[i].help);
		for (size_t k = 0; k < formats[i].n; k++) {
			const struct format_key *key = &formats[i].key[k];
			buf_fmt(b, "\n  %s (", key->path);
			put_type(b, key);
			buf_str(b, ")\n");
			fmt_wrap(b, "      ", key->help);
		}
	}
}

void
format_doc_mdoc(struct buf *b, const char *version)
{
	buf_fmt(b,
		".Dd November 22, 2026\n.Dt VERACLAVE-FORMATS 7\n"
		".Os Veraclave %s\n.Sh NAME\n.Nm veraclave-formats\n"
		".Nd JSON that veraclave writes\n.Sh DESCRIPTION\n",
		version);
	roff_text(b, intro);
	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		buf_fmt(b, ".Ss %s\n", format_names[i]);
		roff_text(b, formats[i].help);
		buf_str(b, ".Bl -tag -width Ds\n");
		for (size_t k = 0; k < formats[i].n; k++) {
			const struct format_key *key = &formats[i].key[k];
			buf_fmt(b, ".It Va %s Pq ", key->path);
			put_type(b, key);
			buf_str(b, "\n");
			roff_text(b, key->help);
		}
		buf_str(b, ".El\n");
	}
	buf_str(b, ".Sh SEE ALSO\n.Xr veraclave 1 ,\n.Xr enclave.toml 5\n");
}

void
format_doc_markdown(struct buf *b)
{
	buf_str(b, "# JSON that Veraclave writes\n\n");
	fmt_wrap(b, "", intro);
	buf_str(b, "\nMade by `veraclave help --markdown formats`; "
		   "`man veraclave-formats` says the\nsame. `veraclave help "
		   "--schema nitro-pcrs/1` prints the JSON Schema of that\n"
		   "format, and so on.\n");
	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		buf_fmt(b, "\n## %s\n\n", format_names[i]);
		fmt_wrap(b, "", formats[i].help);
		buf_str(b, "\n| key | value | meaning |\n|---|---|---|\n");
		for (size_t k = 0; k < formats[i].n; k++) {
			const struct format_key *key = &formats[i].key[k];
			buf_fmt(b, "| `%s` | ", key->path);
			put_type(b, key);
			buf_fmt(b, " | %s |\n", key->help);
		}
	}
}
