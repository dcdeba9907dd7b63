/* The [metadata] table of enclave.toml as JSON. */
#pragma once

#include "codec/json.h"
#include "codec/toml.h"

/* *out is the caller's (json_release). ERR_INPUT for what JSON has no form
 * for: dates, infinities. */
MUST_USE bool metadata_json(const struct toml *table, struct json **out,
			    struct err *e);
