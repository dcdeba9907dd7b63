/*
 * Credentials for a registry, from where docker and podman keep them:
 *
 *	$REGISTRY_AUTH_FILE
 *	${DOCKER_CONFIG:-~/.docker}/config.json
 *	$XDG_RUNTIME_DIR/containers/auth.json
 *	${XDG_CONFIG_HOME:-~/.config}/containers/auth.json
 *
 * In each file: a helper for the host (credHelpers), the helper for all
 * (credsStore), then the file's own entries (auths), the most specific
 * first: host/name/space before host. The first file that knows wins.
 * A helper is the program docker-credential-NAME, asked with "get".
 */
#pragma once

#include "oci/reference.h"

struct cred {
	struct span user, secret; /* secret.n is 0: none known */
	bool identity;    /* secret is a refresh token, not a password */
	const char *from; /* where it was found, for messages */
};

/* No credentials is a success with an empty secret. ERR_INPUT for a file that
 * is malformed, ERR_SYS for a helper that does not work. */
MUST_USE bool cred_find(const struct reference *ref, struct arena *a,
			struct cred *out, struct err *e);

/* The parts, for tests. `text` is a configuration file's. */
MUST_USE bool cred_parse(struct span text, const struct reference *ref,
			 struct arena *a, struct cred *out, const char **helper,
			 struct err *e);
/* What a helper wrote. */
MUST_USE bool cred_parse_helper(struct span text, struct arena *a,
				struct cred *out, struct err *e);
/* The key that helpers and files use for the host. */
const char *cred_key(const struct reference *ref, struct arena *a);
