/*
 * What the guest says of a port that is led to it: it takes connections, or
 * refuses them because nothing listens there.
 */
#pragma once

#include "base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

enum { PORT_PATIENCE_S = 10 }; /* an application's time to begin to listen */

struct port_news {
	bool taken, refused; /* the last word */
	bool told;           /* people know that nothing listens */
	uint64_t since_ns;   /* the first refusal of a row of them, once up */
};

/* True at most once a port: when people should hear that nothing listens. What
 * the guest refuses before it is `up` says nothing of its application. */
MUST_USE bool port_answered(struct port_news *p, bool taken, bool up,
			    uint64_t now_ns);
