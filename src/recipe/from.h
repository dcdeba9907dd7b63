/* The source of a build: that of the command line, else of enclave.toml. */
#pragma once

#include "recipe/build.h"

/* Fails with ERR_USAGE if neither names a source. */
MUST_USE bool from_options(const struct build_job *job, uint32_t epoch,
			   struct source_options *out, struct err *e);
/* The same, and checks that the source exists (source_there). */
MUST_USE bool from_there(const struct build_job *job, struct arena *a,
			 struct source_options *o, struct source *out,
			 struct err *e);
