#include "run/port.h"

bool
port_answered(struct port_news *p, bool taken, bool up, uint64_t now_ns)
{
	const uint64_t patience = (uint64_t)PORT_PATIENCE_S * 1000000000;
	if (!taken && (!p->refused || !up))
		p->since_ns = now_ns;
	p->taken = taken;
	p->refused = !taken;
	if (taken || p->told || now_ns - p->since_ns < patience)
		return false;
	p->told = true;
	return true;
}
