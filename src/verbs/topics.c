/* Topics of the help. */
#include "verbs/verbs.h"

#include "attest/policy_keys.h"
#include "recipe/config_fields.h"
#include "verbs/formats.h"

static void
config_text(struct buf *b)
{
	toml_doc_text(&config_file, b);
}

static void
config_mdoc(struct buf *b)
{
	toml_doc_mdoc(&config_file, b, VERACLAVE_VERSION);
}

static void
config_markdown(struct buf *b)
{
	toml_doc_markdown(&config_file, b);
}

static void
policy_text(struct buf *b)
{
	toml_doc_text(&policy_file, b);
}

static void
policy_mdoc(struct buf *b)
{
	toml_doc_mdoc(&policy_file, b, VERACLAVE_VERSION);
}

static void
policy_markdown(struct buf *b)
{
	toml_doc_markdown(&policy_file, b);
}

static void
formats_mdoc(struct buf *b)
{
	format_doc_mdoc(b, VERACLAVE_VERSION);
}

const struct topic topics[] = {
	{ "enclave.toml", "enclave.toml", 5,
	  "the file that describes an enclave image", config_text, config_mdoc,
	  config_markdown },
	{ "policy.toml", "policy.toml", 5,
	  "the file that says which enclaves are accepted", policy_text,
	  policy_mdoc, policy_markdown },
	{ "formats", "veraclave-formats", 7, "JSON that veraclave writes",
	  format_doc_text, formats_mdoc, format_doc_markdown },
	{ .name = NULL },
};
