/*
 * Patterns over image paths. "*" is any run of bytes inside one component,
 * "?" one byte, "[0-9]" one byte of a range, "**" as a whole component any
 * number of components, none included, though at least one when it stands at
 * the end: "a" and then "**" is what is below a. A leading dot needs no
 * special care: these are rules, not a shell.
 */
#pragma once

#include "base/span.h"

bool glob_match(struct span pattern, struct span path);
