/* A program with verbs of each kind, for the tests of this folder. */
#pragma once

#include "cli/cmd.h"

/*
 * say [-n NAME] [WORD]  prints words for people
 * data --json           prints JSON of its own
 * give STATUS           fails with the error of that code, or says no
 * store put WHAT|get    has actions; get prints JSON of its own
 * hidden                is not listed
 */
extern const struct program store_program;
