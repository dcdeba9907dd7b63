/* Which files a build reads, told before it begins (sys/claim.h). */
#pragma once

#include "recipe/build.h"
#include "sys/claim.h"

/* What the job names: enclave.toml, the source (source_claims), the boot side's
 * files. A source that is not there fails as it does when it is opened. */
MUST_USE bool build_claims(const struct build_job *job, struct claims *c,
			   struct err *e);
