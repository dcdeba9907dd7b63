/*
 * Scrub rules: what is taken out of a file tree, or set to fixed bytes,
 * because it differs from build to build though nothing that matters did.
 *
 * Rules run in the order of the table, each by its exact name, so that a third
 * party who runs them on the published image reaches the same tree. The set
 * has a version: a change of a rule's effect is a new version.
 */
#pragma once

#include "tree/image.h"

#define SCRUB_VERSION 1

enum scrub_profile { SCRUB_NONE, SCRUB_SAFE, SCRUB_MINIMAL };
/* "none" and so on, in that order, and NULL behind the last. */
extern const char *const scrub_profile_names[];

struct scrub_options {
	enum scrub_profile profile;
	uint32_t epoch;         /* seconds; what times become */
	bool clamp;             /* older file times are kept as they are */
	struct strings without; /* rules switched off, by name */
	struct strings with;    /* rules switched on that are opt-in */
	struct strings allow;   /* secrets that are wanted: paths, env:NAME */
	struct strings env;     /* NAME=VALUE, over the image's */
};

enum scrub_action {
	SCRUB_DROP,    /* the name is gone */
	SCRUB_EMPTY,   /* size 0 now */
	SCRUB_REPLACE, /* other content or type */
	SCRUB_REWRITE, /* some bytes changed in place */
	SCRUB_CREATE,  /* was not there */
	SCRUB_MODE,    /* permissions or owner set */
};

/* One change. Digests are SHA-256 of a regular file's content, and n is 0
 * where there is no regular file on that side. */
struct scrub_change {
	const char *rule;
	struct span path;
	enum scrub_action action;
	uint64_t bytes_before, bytes_after;
	struct scrub_digest {
		uint8_t v[32];
		uint8_t n;
	} before, after;
	const struct scrub_change *next;
};

struct scrub_report {
	const struct scrub_change *first;
	struct scrub_change *last;
	size_t n;
	uint64_t bytes_removed;
};

/*
 * Applies the profile's rules to the image's tree and lists every change.
 * Secrets in the tree or the environment that are not allowed are ERR_REFUSED
 * "scrub-secret"; when they are more than one, each is a warning, too. An
 * unknown rule name in `without` or `with` is ERR_USAGE.
 */
MUST_USE bool scrub_apply(struct image *m, const struct scrub_options *o,
			  struct scrub_report *r, struct err *e);

const char *scrub_action_name(enum scrub_action a);
/* "safe/1"; a literal. */
const char *scrub_profile_name(enum scrub_profile p);
