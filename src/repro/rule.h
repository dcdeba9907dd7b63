/* The rule table behind repro/scrub.h, and functions that its handlers share.
 */
#pragma once

#include "repro/scrub.h"

/* A secret that is not allowed. */
struct scrub_finding {
	struct span name; /* "/etc/key.pem", "env:API_KEY" */
	const char *what;
	struct scrub_finding *next;
};

struct scrub {
	struct image *image;
	const struct scrub_options *options;
	struct scrub_report *report;
	const char *rule; /* the rule that runs */
	struct scrub_finding *found, *last_found;
	size_t found_n;
	bool *allow_used; /* one for each of options->allow */
};

enum rule_when { RULE_SAFE, RULE_MINIMAL, RULE_OPT_IN };

/* Applies a rule to a node that one of its patterns matches. */
typedef bool rule_fn(struct scrub *s, struct node *n, struct err *e);

struct rule {
	const char *name;
	enum rule_when when;
	rule_fn *each;            /* NULL: only `whole` */
	const char *const *globs; /* ends with NULL */
	/* Runs once, after the nodes; may be NULL. */
	bool (*whole)(struct scrub *s, struct err *e);
};

extern const struct rule scrub_rules[];
extern const size_t scrub_rule_count;

/* Adds to the report. `was` is a copy of the inode before; NULL if it is new.
 */
MUST_USE bool scrub_note(struct scrub *s, struct span path,
			 enum scrub_action action, const struct inode *was,
			 const struct inode *is, struct err *e);
/* Sets new content for a regular file, under all its names. */
MUST_USE bool scrub_set(struct scrub *s, struct node *n, struct span bytes,
			struct err *e);

/* Handlers, by file: scrub_edit.c, scrub_text.c, scrub_secret.c. */
rule_fn rule_drop, rule_drop_files, rule_empty, rule_log, rule_pyc, rule_gzip,
	rule_apk_scripts, rule_shadow, rule_sort_accounts, rule_warn_git,
	rule_drop_git, rule_warn_rpm, rule_refuse, rule_dotenv, rule_scan_keys;
bool rule_skeleton(struct scrub *s, struct err *e);
bool rule_network_files(struct scrub *s, struct err *e);
bool rule_tmp(struct scrub *s, struct err *e);
bool rule_env_keys(struct scrub *s, struct err *e);

/* Storage for the findings of the rules that refuse, and their verdict: all
 * findings in one refusal, and a warning for each allowed path that matched
 * nothing. */
MUST_USE bool secrets_begin(struct scrub *s, struct err *e);
/* Adds a finding, one for each name: a host key matches as a credential and as
 * a private key. `front` is "/" or "env:". */
MUST_USE bool secret_found(struct scrub *s, const char *front, struct span name,
			   const char *what, struct err *e);
MUST_USE bool secrets_verdict(const struct scrub *s, struct err *e);
