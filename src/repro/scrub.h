/*
 * Scrub rules remove files from a tree, or set them to fixed bytes, because
 * they differ from build to build although nothing that matters has changed.
 *
 * Rules run in the order of the table, each with a fixed name, so that a third
 * party who runs them on the published image gets the same tree. The set has a
 * version: a change of a rule's effect is a new version.
 */
#pragma once

#include "tree/image.h"

#define SCRUB_VERSION 1

enum scrub_profile { SCRUB_NONE, SCRUB_SAFE, SCRUB_MINIMAL };
/* "none" and so on, in the order of the enum; NULL follows the last. */
extern const char *const scrub_profile_names[];

struct scrub_options {
	enum scrub_profile profile;
	uint32_t epoch;         /* seconds; the new value of times */
	bool clamp;             /* older file times are kept as they are */
	struct strings without; /* rules switched off, by name */
	struct strings with;    /* rules switched on that are opt-in */
	struct strings allow;   /* secrets that are intended: paths, env:NAME */
	struct strings env;     /* NAME=VALUE, replacing the image's */
};

enum scrub_action {
	SCRUB_DROP,    /* the name was removed */
	SCRUB_EMPTY,   /* size 0 now */
	SCRUB_REPLACE, /* other content or type */
	SCRUB_REWRITE, /* some bytes changed in place */
	SCRUB_CREATE,  /* is new */
	SCRUB_MODE,    /* permissions or owner were set */
};

/* One change. Digests are SHA-256 of a regular file's content; n is 0 if there
 * is no regular file before or after the change. */
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
 * Fails with ERR_REFUSED "scrub-secret" for secrets in the tree or the
 * environment that are not allowed; if there is more than one, each is also a
 * warning. An unknown rule name in `without` or `with` is ERR_USAGE.
 */
MUST_USE bool scrub_apply(struct image *m, const struct scrub_options *o,
			  struct scrub_report *r, struct err *e);

const char *scrub_action_name(enum scrub_action a);
/* Returns "safe/1"; a literal. */
const char *scrub_profile_name(enum scrub_profile p);
