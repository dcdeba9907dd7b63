/*
 * Running the application and waiting for its end.
 */
#pragma once

#include "spec.h"

/* Starts the application as PID 2 or so, collects whatever ends in the
 * machine, passes signals on, says how the application ended on the console
 * and ends the machine. */
_Noreturn void app_run(struct process *p);
