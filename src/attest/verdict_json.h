/* A verdict as JSON: `veraclave-verdict/1` (docs/formats/json.md). */
#pragma once

#include "attest/verify.h"
#include "base/buf.h"

/* `at` is the time of the appraisal, and at_from says where it came from:
 * "clock", "option" or "caller". */
MUST_USE bool verdict_json(struct buf *b, const struct verdict *v, int64_t at,
			   const char *at_from, struct err *e);
