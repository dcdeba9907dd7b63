/*
 * Pulls from a registry: OCI distribution specification 1.1, "Pull", and the
 * token authentication that registries add to it.
 *
 * A registry on this machine is contacted in plain http if it answers that, any
 * other by https. If the registry requires credentials, they are looked up (see
 * registry/cred.h); if none are found, an anonymous token is requested.
 */
#pragma once

#include "oci/reference.h"
#include "registry/cred.h"
#include "net/http.h"

struct client {
	struct arena *arena;
	const struct reference *ref;
	const char *base; /* https://HOST/v2/NAME */
	const char *auth; /* the header that worked last, or NULL */
	struct cred cred;
	bool cred_known; /* cred was looked up */
	const struct progress *progress;
	struct http http;
	unsigned first_pause_ms; /* as http_request */
	uint64_t seconds;        /* as http_request: for each transfer */
};

/* c is zeroed except for `seconds`. This sends nothing yet, except to find out
 * whether a registry on this machine uses plain http. */
MUST_USE bool client_open(struct client *c, const struct reference *ref,
			  struct arena *a, struct err *e);
/* Makes a copy for another thread, with its own arena. */
void client_copy(struct client *to, const struct client *from, struct arena *a);
void client_finish(struct client *c);

/* Fetches a manifest or index by tag or digest. `type` is the server's
 * Content-Type, or empty if that is unspecific. The digest is not checked. */
MUST_USE bool client_manifest(struct client *c, struct span which,
			      struct span *text, struct span *type,
			      struct span *digest, struct err *e);
/* Sends a blob, at most max bytes, to `body`. */
MUST_USE bool client_blob(struct client *c, const struct digest_id *d,
			  uint64_t max, const struct http_body *body,
			  struct err *e);
