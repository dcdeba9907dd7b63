/* The rows behind policy.toml: for the parser, the help, policy.toml(5) and
 * docs/formats/policy.md. */
#pragma once

#include "codec/toml_doc.h"

extern const struct bind_file policy_file;
extern const struct toml_page policy_page;
