/* How many processors there are. Apart from sys/env, so that what only starts
 * threads is not linked with clocks and environment variables. */
#pragma once

/* Processors this process may run on, at least 1. */
unsigned sys_cpus(void);
