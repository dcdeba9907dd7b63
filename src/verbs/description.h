/*
 * What is known about an EIF, and its two faces: JSON with the fields of
 * nitro-cli's describe-eif and ours, and text for people.
 */
#pragma once

#include "cli/cmd.h"
#include "eif/content.h"
#include "eif/sig.h"

struct description {
	struct eif eif;
	struct measured measured;
	struct hash digest; /* eif-digest/1 */
	struct eif_content content;
	struct eifsig sig; /* when content.is_signed, as is what follows */
	struct hash pcr8;
	enum eifsig_verdict verdict;
	struct notes notes;
};

/* How a file is described. */
struct describe_plan {
	bool sha256;
	int64_t at; /* when the signing certificate has to be valid, or it is
		       remarked upon: seconds since 1970 */
};
/* Reads and measures the file. Give back with description_finish (DEFER). */
MUST_USE bool description_read(struct cli *cli, const char *path,
			       const struct describe_plan *plan,
			       struct description *d, struct err *e);
void description_finish(struct description *d);

/* What the verb describe prints: a text for people, or JSON. */
MUST_USE bool describe_file(struct cli *cli, const char *path,
			    const struct describe_plan *plan, bool text,
			    struct err *e);
/* With an end of line. */
MUST_USE bool describe_json(const struct description *d, struct buf *b,
			    struct err *e);
void describe_text(const struct description *d, FILE *f);
/* "x86_64" or "aarch64", by the header's flags. */
const char *describe_arch(const struct eif *eif);
