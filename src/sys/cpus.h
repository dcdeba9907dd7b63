/* The number of processors. This is separate from sys/env, so that code that
 * only starts threads is not linked with clocks and environment variables. */
#pragma once

/* Returns how many processors this process may run on, at least 1. */
unsigned sys_cpus(void);
