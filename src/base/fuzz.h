/*
 * Fuzz targets. FUZZ(in) { ... } defines one; it states a property of the
 * bytes `in` with ASSERT. Linked with fuzz_main.c it replays the files and
 * directories named on its command line, so that every corpus is also a test;
 * built with -Dfuzz=true it is a libFuzzer program.
 */
#pragma once

#include "base/span.h"

void fuzz_one(struct span in);

#define FUZZ(in) void fuzz_one(struct span in)
