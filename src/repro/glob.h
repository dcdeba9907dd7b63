/*
 * Patterns over image paths. "*" matches any run of bytes inside one
 * component, "?" one byte, "[0-9]" one byte of a range. "**" as a whole
 * component matches any number of components, also none, but at least one if
 * it is at the end: "a" and then "**" matches everything below a. A leading
 * dot has no special meaning, other than in a shell.
 */
#pragma once

#include "base/span.h"

bool glob_match(struct span pattern, struct span path);
