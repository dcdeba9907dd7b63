/* What the verb sign-eif does, for verbs that sign as one step of theirs. */
#pragma once

#include "cli/cmd.h"

/* One of key, detached and attach is given. */
struct sign_eif {
	const char *eif, *cert, *output; /* output NULL: over the old one */
	const char *key, *passphrase, *pin;
	const char *detached; /* where the bytes to be signed go */
	const char *attach;   /* a signature made elsewhere */
	const char *record;   /* pcrs.json; NULL: the one beside the image */
	bool digest;
	uint64_t at; /* when the certificate has to be valid; or unset */
};
#define SIGN_EIF_DEFAULTS ((struct sign_eif){ .at = OPT_UNSET })

/* Signs, brings the record up to date, and prints the measurements. */
MUST_USE bool sign_eif_file(struct cli *cli, const struct sign_eif *o,
			    struct err *e);
