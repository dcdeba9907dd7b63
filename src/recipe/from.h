/* Which source a build has: what the command line names, else enclave.toml. */
#pragma once

#include "recipe/build.h"

/* ERR_USAGE when nothing says what to build from. */
MUST_USE bool from_options(const struct build_job *job, uint32_t epoch,
			   struct source_options *out, struct err *e);
/* The same, looked at (source_there). */
MUST_USE bool from_there(const struct build_job *job, struct arena *a,
			 struct source_options *o, struct source *out,
			 struct err *e);
