/* --json of verbs that print for people: what they did, as data. */
#pragma once

#include "cli/cmd.h"

/* Returns true if argv contains --json, even if it cannot be parsed. */
bool result_wanted(char **argv);
/* Returns true if the verb's own --json prints the verb's own schema. */
bool result_is_own(const struct cmd *c);

/* The output of a verb, kept in memory. Zeroed is empty. */
struct kept {
	FILE *out; /* NULL: nothing is kept */
	char *text;
	size_t n;
};
/* Sends what the verb prints to `k`, which stays in its place until
 * result_drop. */
void result_keep(struct cli *cli, struct kept *k);
/* Prints veraclave-result/1: the verb, the exit status, and the kept output, as
 * "result" if it is JSON and as "text" otherwise. */
void result_put(struct cli *cli, struct kept *k, const char *verb, int status);
void result_drop(struct kept *k); /* DEFER works */
/* Prints veraclave-error/1. */
void result_error(const struct err *e);
