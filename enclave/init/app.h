/*
 * Runs the application and waits for its end.
 */
#pragma once

#include "spec.h"

/* Starts the application as a child, collects every process that ends,
 * forwards signals, reports the application's status on the console and ends
 * the machine. */
_Noreturn void app_run(struct process *p);
