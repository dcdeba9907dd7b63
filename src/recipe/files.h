/* The files that a build reads, claimed before it begins (sys/claim.h). */
#pragma once

#include "recipe/build.h"
#include "sys/claim.h"

/* Claims the files of the job: enclave.toml, the source (source_claims), the
 * boot side. A source that does not exist fails as it does when it is opened.
 */
MUST_USE bool build_claims(const struct build_job *job, struct claims *c,
			   struct err *e);
