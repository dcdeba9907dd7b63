/* What is written about policy.toml besides its rows. */
#include "attest/policy_keys.h"

static const char intro[] =
	"A policy says what a relying party accepts, in one file that can be "
	"reviewed and kept in git: veraclave verify DOC --policy policy.toml. "
	"It is TOML 1.0, schema veraclave-policy/1. An unknown key is an "
	"error, because a misspelt rule would not be enforced.";

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
	"The key of a register is its number in decimal, 0 to 31. An empty "
	"list is an error: remove it.",
	"Without image and signers the file is refused: it would accept every "
	"enclave. Files named by --pcrs are further images.",
	"The path of a FILE is relative to the directory in which verify runs. "
	"A root contains its class (veraclave simulate init --class); a root "
	"that is named with another class is refused.",
};

static const char *const development[] = {
	"Without hardware, on a developer's machine or in a test system, a "
	"deployment can accept documents of a development key: trust then "
	"contains development:FILE in addition to aws-nitro.",
	"This is the only way. --trust does not accept the class, no "
	"environment variable and no absence of hardware selects it, and a "
	"policy that does not name the key refuses its documents "
	"(chain-root-development). Such documents have the same form and the "
	"same rules as all others. The verdict says trust: development, and "
	"its JSON has development: true under every policy that accepts a "
	"development key, for every document. docs/simulator.md says how to "
	"make one.",
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
