/*
 * Compares the registers of a build with a published record: "build --check",
 * which keeps no image.
 */
#pragma once

#include "pcrs/release.h"
#include "recipe/build.h"
#include "cli/cmd.h"

struct build_check {
	const char *path; /* of the published record */
	struct release want;
};

/* Reads the record; before the build, which may take long. */
MUST_USE bool build_check_open(struct build_check *c, const char *path,
			       struct arena *a, struct err *e);
/*
 * With `sign`, r->pcr8 is set from the certificate of the description, when it
 * names one, with a key or for a record that has a PCR8. ERR_REFUSED,
 * "check-differs", names the registers that are not those of the record. A
 * published PCR8 without a certificate here is not compared, with a warning:
 * the files are what a rebuild is about. `json` prints the answer as
 * veraclave-check/1, a yes as well as a no.
 */
struct build_check_how {
	bool sign, json;
};
MUST_USE bool build_check(const struct build_check *c,
			  const struct build_job *job, struct build_result *r,
			  const struct build_check_how *how, struct cli *cli,
			  struct err *e);
