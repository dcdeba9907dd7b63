/*
 * What a registry asks for: the WWW-Authenticate header (RFC 9110 section
 * 11.6.1), of which registries use Basic and Bearer (distribution's token
 * authentication).
 */
#pragma once

#include "base/arena.h"

struct challenge {
	bool basic, bearer;
	/* of the first Bearer challenge; empty when not given */
	struct span realm, service, scope;
};

/* Several challenges may be joined by commas. Unknown schemes and parameters
 * are passed over. ERR_INPUT when the text has another grammar. */
MUST_USE bool challenge_parse(struct span text, struct arena *a,
			      struct challenge *out, struct err *e);
