/* What is written about policy.toml besides its rows. */
#include "attest/policy_keys.h"

static const char intro[] =
	"What a relying party accepts, in one file that can be reviewed and "
	"kept in git: veraclave verify DOC --policy policy.toml. It is TOML "
	"1.0, schema veraclave-policy/1. A key that is not in these tables is "
	"an error, since a misspelt rule would be one that nobody enforces.";

/* A test fills the values up and reads it. */
static const char *const examples[] = {
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
	"pcrs = { 2 = \"17bf...\" }\n",
};

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

static const struct toml_part parts[] = {
	{ "Registers, images and files", registers, COUNT(registers) },
	{ "Development keys", development, COUNT(development) },
};

const struct toml_page policy_page = {
	.about = "what a relying party accepts",
	.title = "POLICY.TOML",
	.date = "November 27, 2026",
	.intro = intro,
	.made = "This page is made by `veraclave help --markdown "
		"policy.toml`; `man policy.toml`\nsays the same.\n",
	.see = "veraclave-verify 1",
	.example = examples,
	.examples = COUNT(examples),
	.part = parts,
	.parts = COUNT(parts),
	.brief = true,
};
