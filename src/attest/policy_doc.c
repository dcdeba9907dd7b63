#include "attest/policy_doc.h"

#include "attest/policy_keys.h"
#include "base/fmt.h"
#include "codec/roff.h"

static const char intro[] =
	"What a relying party accepts, in one file that can be reviewed and "
	"kept in git: veraclave verify DOC --policy policy.toml. It is TOML "
	"1.0, schema veraclave-policy/1. A key that is not in these tables is "
	"an error, since a misspelt rule would be one that nobody enforces.";

/* A test fills the values up and reads it. */
static const char example[] =
	"schema = \"veraclave-policy/1\"\n"
	"trust = [\"aws-nitro\"]\n"
	"max_age = 300\n"
	"need_nonce = true\n"
	"signers = [\"97c5...\"]\n"
	"\n"
	"[[image]]\n"
	"name = \"wallet 1.4.2\"\n"
	"not_after = 2026-12-31T23:59:59Z\n"
	"pcrs = { 0 = \"e081...\", 1 = \"4b4d...\", 2 = \"da01...\" }\n"
	"\n"
	"[[revoked]]\n"
	"reason = \"CVE-2026-1234 in its TLS library\"\n"
	"pcrs = { 2 = \"17bf...\" }\n";

static const char *const registers[] = {
	"A register's key is its number in decimal, 0 to 31, and nothing "
	"else. A list that is there and empty is an error: leave it out.",
	"Without image and signers the file is refused: it would accept every "
	"enclave. Files named by --pcrs are further images.",
	"A FILE is named as seen from the directory in which verify runs. The "
	"class of a root is in the root (veraclave simulate init --class): "
	"one that is named for another class is refused.",
};

static const char *const development[] = {
	"Where there is no hardware, on a developer's machine or in a test "
	"system, a deployment can let documents of a development key in: trust "
	"holds development:FILE beside aws-nitro.",
	"This is the only way. --trust does not know the class, no "
	"environment variable and no absence of hardware leads to it, and a "
	"policy that does not name the key refuses its documents "
	"(chain-root-development). Such documents have the same form and are "
	"judged by the same rules as all others; the verdict says trust: "
	"development, and in its JSON development is true under every policy "
	"that lets a development key in, whoever made the document. "
	"docs/simulator.md tells how to make one.",
};

static const struct {
	const char *title;
	const char *const *text;
	size_t n;
} parts[] = {
	{ "Registers, images and files", registers, COUNT(registers) },
	{ "Development keys", development, COUNT(development) },
};

void
policy_doc_text(struct buf *b)
{
	buf_str(b, "policy.toml: what a relying party accepts\n\n");
	fmt_wrap(b, "", intro);
	for (size_t i = 0; i < policy_table_count; i++) {
		const struct policy_table *t = &policy_tables[i];
		if (t->name[0])
			buf_fmt(b, "\n[[%s]]\n", t->name);
		else
			buf_str(b, "\n");
		fmt_wrap(b, "", t->help);
		for (size_t k = 0; k < t->n; k++) {
			const struct policy_key *key = &t->key[k];
			buf_fmt(b, "\n  %s (%s%s)\n", key->name, key->type,
				key->needed ? ", needed" : "");
			fmt_wrap(b, "      ", key->help);
		}
	}
	for (size_t i = 0; i < COUNT(parts); i++) {
		buf_fmt(b, "\n%s\n", parts[i].title);
		for (size_t k = 0; k < parts[i].n; k++) {
			buf_str(b, "\n");
			fmt_wrap(b, "", parts[i].text[k]);
		}
	}
	buf_fmt(b, "\nExample\n\n%s", example);
}

static void
mdoc_keys(struct buf *b, const struct policy_table *t)
{
	buf_str(b, ".Bl -tag -width Ds\n");
	for (size_t k = 0; k < t->n; k++) {
		const struct policy_key *key = &t->key[k];
		buf_fmt(b, ".It Cm %s Pq %s%s\n", key->name, key->type,
			key->needed ? ", needed" : "");
		roff_text(b, key->help);
	}
	buf_str(b, ".El\n");
}

void
policy_doc_mdoc(struct buf *b, const char *version)
{
	buf_fmt(b,
		".Dd November 27, 2026\n.Dt POLICY.TOML 5\n"
		".Os Veraclave %s\n.Sh NAME\n.Nm policy.toml\n"
		".Nd what a relying party accepts\n.Sh DESCRIPTION\n",
		version);
	roff_text(b, intro);
	for (size_t i = 0; i < policy_table_count; i++) {
		const struct policy_table *t = &policy_tables[i];
		buf_fmt(b, ".Ss %s\n",
			t->name[0] ? t->name : "Above all headers");
		roff_text(b, t->help);
		mdoc_keys(b, t);
	}
	for (size_t i = 0; i < COUNT(parts); i++) {
		buf_fmt(b, ".Ss %s\n", parts[i].title);
		for (size_t k = 0; k < parts[i].n; k++) {
			buf_str(b, k ? ".Pp\n" : "");
			roff_text(b, parts[i].text[k]);
		}
	}
	buf_str(b, ".Sh EXAMPLES\n");
	roff_code(b, example);
	buf_str(b, ".Sh SEE ALSO\n.Xr veraclave-verify 1\n");
}

void
policy_doc_markdown(struct buf *b)
{
	buf_str(b, "# policy.toml\n\n");
	fmt_wrap(b, "", intro);
	buf_str(b, "\nThis page is made by `veraclave help --markdown "
		   "policy.toml`; `man policy.toml`\nsays the same.\n");
	buf_fmt(b, "\n```toml\n%s```\n", example);
	for (size_t i = 0; i < policy_table_count; i++) {
		const struct policy_table *t = &policy_tables[i];
		if (t->name[0])
			buf_fmt(b, "\n## [[%s]]\n\n", t->name);
		else
			buf_str(b, "\n## Above all headers\n\n");
		fmt_wrap(b, "", t->help);
		buf_str(b, "\n| key | type | meaning |\n|---|---|---|\n");
		for (size_t k = 0; k < t->n; k++) {
			const struct policy_key *key = &t->key[k];
			buf_fmt(b, "| `%s` | %s%s | %s |\n", key->name,
				key->type, key->needed ? ", needed" : "",
				key->help);
		}
	}
	for (size_t i = 0; i < COUNT(parts); i++) {
		buf_fmt(b, "\n## %s\n", parts[i].title);
		for (size_t k = 0; k < parts[i].n; k++) {
			buf_str(b, "\n");
			fmt_wrap(b, "", parts[i].text[k]);
		}
	}
}
