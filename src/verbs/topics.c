/* What the help explains besides verbs. */
#include "verbs/verbs.h"

#include "attest/policy_doc.h"
#include "recipe/config_doc.h"
#include "recipe/format_doc.h"

static void
config_mdoc(struct buf *b)
{
	config_doc_mdoc(b, VERACLAVE_VERSION);
}

static void
policy_mdoc(struct buf *b)
{
	policy_doc_mdoc(b, VERACLAVE_VERSION);
}

static void
formats_mdoc(struct buf *b)
{
	format_doc_mdoc(b, VERACLAVE_VERSION);
}

const struct topic topics[] = {
	{ "enclave.toml", "enclave.toml", 5,
	  "the file that describes an enclave image", config_doc_text,
	  config_mdoc, config_doc_markdown },
	{ "policy.toml", "policy.toml", 5,
	  "the file that says which enclaves are accepted", policy_doc_text,
	  policy_mdoc, policy_doc_markdown },
	{ "formats", "veraclave-formats", 7, "JSON that veraclave writes",
	  format_doc_text, formats_mdoc, format_doc_markdown },
	{ .name = NULL },
};
