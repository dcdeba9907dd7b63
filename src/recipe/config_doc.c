/* What is written about enclave.toml besides its rows. */
#include "recipe/config_fields.h"

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

const struct toml_page config_page = {
	.about = "what an enclave image is made of",
	.title = "ENCLAVE.TOML",
	.date = "November 22, 2026",
	.intro = intro,
	.made = "`veraclave init` writes a commented one. This page is "
		"made by\n`veraclave help --markdown enclave.toml`; "
		"`man enclave.toml` says the same.\n",
	.see = "veraclave 1",
	.example = examples,
	.examples = COUNT(examples),
	.begin = "# enclave.toml: what this enclave image is made of. Every "
		 "key that may be here\n# is here; a line that begins with "
		 "\"#key\" shows one that is not set.\n"
		 "# \"veraclave help enclave.toml\" prints the same as a "
		 "reference.\n",
};
