/*
 * Programs in ELF (System V ABI, 64 bits), looked at as far as it takes to know
 * whether one runs alone, as the first process of an enclave must: there is
 * nothing beside it, no loader and no interpreter.
 */
#pragma once

#include "base/span.h"

/* Why this program cannot run alone on x86_64 or, with arm64, aarch64, as a
 * phrase that follows the program's name. NULL if it can. */
const char *elf_misfit(struct span file, bool arm64);
