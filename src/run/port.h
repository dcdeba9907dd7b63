/*
 * How the guest answers on a forwarded port: it accepts connections, or refuses
 * them because no program listens there.
 */
#pragma once

#include "base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

enum { PORT_PATIENCE_S = 10 }; /* an application's time to begin to listen */

struct port_news {
	bool taken, refused; /* the last answer */
	bool told;           /* the user knows that no program listens */
	uint64_t since_ns;   /* the first of these refusals, once up */
};

/* Returns true if the user should be told that no program listens, at most once
 * for each port. Refusals before the guest is `up` do not count: its
 * application has not started. */
MUST_USE bool port_answered(struct port_news *p, bool taken, bool up,
			    uint64_t now_ns);
