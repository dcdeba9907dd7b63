/*
 * The WWW-Authenticate header of a registry (RFC 9110 section 11.6.1).
 * Registries use the schemes Basic and Bearer (distribution's token
 * authentication).
 */
#pragma once

#include "base/arena.h"

struct challenge {
	bool basic, bearer;
	/* of the first Bearer challenge; empty if not given */
	struct span realm, service, scope;
};

/* Parses challenges, which commas may join. Ignores unknown schemes and
 * parameters. Fails with ERR_INPUT if the text does not follow the grammar. */
MUST_USE bool challenge_parse(struct span text, struct arena *a,
			      struct challenge *out, struct err *e);
