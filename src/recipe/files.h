/* Which files a build reads, told before it begins (sys/claim.h). */
#pragma once

#include "recipe/build.h"
#include "sys/claim.h"

/* What the job names: enclave.toml, the source, the boot side's files. A source
 * that is a directory of files, but no context of a Dockerfile, is read whole:
 * an output below it would be in the next build. */
MUST_USE bool build_claims(const struct build_job *job, struct claims *c,
			   struct err *e);
