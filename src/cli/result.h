/* --json of verbs that print for people: what they did, as data. */
#pragma once

#include "cli/cmd.h"

/* Does the command line want JSON? Also of one that cannot be parsed. */
bool result_wanted(char **argv);
/* Has the verb a --json of its own, which prints its own schema? */
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
