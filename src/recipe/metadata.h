/* The [metadata] table of enclave.toml as JSON. */
#pragma once

#include "codec/json.h"
#include "codec/toml.h"

/* The caller releases *out (json_release). Fails with ERR_INPUT for values that
 * JSON cannot express: dates, infinities. */
MUST_USE bool metadata_json(const struct toml *table, struct json **out,
			    struct err *e);
