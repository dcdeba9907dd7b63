/*
 * What is known about an EIF, and its two faces: JSON with the fields of
 * nitro-cli's describe-eif and ours, and text for people.
 */
#pragma once

#include "cli/cmd.h"
#include "eif/inspect.h"

/* How a file is described. */
struct describe_plan {
	bool sha256;
	int64_t at; /* when the signing certificate has to be valid, or it is
		       remarked upon: seconds since 1970 */
};
/* Reads and measures the file; its notes report unusual properties. The caller
 * releases it with eif_inspection_finish (DEFER). */
MUST_USE bool description_read(struct cli *cli, const char *path,
			       const struct describe_plan *plan,
			       struct eif_inspection *d, struct err *e);

/* What the verb describe prints: a text for people, or JSON. */
MUST_USE bool describe_file(struct cli *cli, const char *path,
			    const struct describe_plan *plan, bool text,
			    struct err *e);
/* Ends with a newline. */
MUST_USE bool describe_json(const struct eif_inspection *d, struct buf *b,
			    struct err *e);
void describe_text(const struct eif_inspection *d, FILE *f);
/* "x86_64" or "aarch64", by the header's flags. */
const char *describe_arch(const struct eif *eif);
