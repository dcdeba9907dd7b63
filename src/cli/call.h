/* A verb that is made of other verbs. */
#pragma once

#include "cli/cmd.h"

/* Runs argv[0], a verb of ours, with the arguments that follow it, which end
 * with NULL. It prints to cli->out. */
MUST_USE bool cli_call(struct cli *cli, const char *const *argv, struct err *e);
