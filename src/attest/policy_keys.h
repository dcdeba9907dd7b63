/* The keys of policy.toml, with what is said about them: one table for the
 * parser, the help, policy.toml(5) and docs/formats/policy.md. */
#pragma once

#include "codec/toml.h"

struct policy_work;

struct policy_key {
	const char *name;
	enum toml_kind kind;
	bool (*read)(struct policy_work *w, const struct toml *t);
	bool needed;
	const char *type, *help; /* for people */
};

struct policy_table {
	const char *name; /* "" for keys above all headers */
	const char *help;
	const struct policy_key *key;
	size_t n;
};

extern const struct policy_table policy_tables[];
extern const size_t policy_table_count;
