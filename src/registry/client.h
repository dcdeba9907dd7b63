/*
 * Pulling from a registry: OCI distribution specification 1.1, "Pull", and
 * the token authentication that registries add to it.
 *
 * A registry on this machine is spoken to in plain http when that is what it
 * speaks; any other by https. Asked for, credentials are looked up (see
 * registry/cred.h); without any, a token for everybody is asked for.
 */
#pragma once

#include "oci/reference.h"
#include "registry/cred.h"
#include "net/http.h"

struct client {
	struct arena *arena;
	const struct reference *ref;
	const char *base; /* https://HOST/v2/NAME */
	const char *auth; /* what worked last, or NULL */
	struct cred cred;
	bool cred_known; /* it was looked for */
	const struct progress *progress;
	struct http http;
	unsigned first_pause_ms; /* as http_request */
	uint64_t seconds;        /* as http_request: for each transfer */
};

/* c is zeroed but for `seconds`. Nothing is sent yet, but to see what a
 * registry on this machine speaks. */
MUST_USE bool client_open(struct client *c, const struct reference *ref,
			  struct arena *a, struct err *e);
/* Another one for another thread, with its own arena. */
void client_copy(struct client *to, const struct client *from, struct arena *a);
void client_finish(struct client *c);

/* A manifest or index by tag or digest. `type` is what the server says it is,
 * or empty when it says nothing that helps. Its digest is not checked. */
MUST_USE bool client_manifest(struct client *c, struct span which,
			      struct span *text, struct span *type,
			      struct span *digest, struct err *e);
/* A blob, at most max bytes, given to `body`. */
MUST_USE bool client_blob(struct client *c, const struct digest_id *d,
			  uint64_t max, const struct http_body *body,
			  struct err *e);
