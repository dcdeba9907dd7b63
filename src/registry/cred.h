/*
 * Credentials for a registry, from the files of docker and podman:
 *
 * 	$REGISTRY_AUTH_FILE
 * 	${DOCKER_CONFIG:-~/.docker}/config.json
 * 	$XDG_RUNTIME_DIR/containers/auth.json
 * 	${XDG_CONFIG_HOME:-~/.config}/containers/auth.json
 *
 * The order in each file is: a helper for the host (credHelpers), the helper
 * for all (credsStore), then the file's own entries (auths), the most specific
 * first: host/name/space before host. The first file with an answer is used. A
 * helper is the program docker-credential-NAME, called with "get".
 */
#pragma once

#include "oci/reference.h"

struct cred {
	struct span user, secret; /* secret.n is 0: none found */
	bool identity;    /* secret is a refresh token, not a password */
	const char *from; /* where it was found, for messages */
};

/* Succeeds with an empty secret if there are no credentials. Fails with
 * ERR_INPUT for a malformed file, and with ERR_SYS for a helper that fails. */
MUST_USE bool cred_find(const struct reference *ref, struct arena *a,
			struct cred *out, struct err *e);

/* The parts, for tests. `text` is the content of a configuration file. */
MUST_USE bool cred_parse(struct span text, const struct reference *ref,
			 struct arena *a, struct cred *out, const char **helper,
			 struct err *e);
/* Parses the output of a helper. */
MUST_USE bool cred_parse_helper(struct span text, struct arena *a,
				struct cred *out, struct err *e);
/* Returns the key that helpers and files use for the host. */
const char *cred_key(const struct reference *ref, struct arena *a);
