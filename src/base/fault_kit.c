#include "base/fault_kit.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum mode { NONE, ONE, ALL, CHILD };

static struct {
	const char *only;
	unsigned n;
	int sys;
	enum mode mode;
	pid_t pid; /* that began */
	atomic_uint calls;
} fault;

static void
begin(const char *only, unsigned n, int sys, enum mode mode)
{
	fault.only = only;
	fault.n = n;
	fault.sys = sys;
	atomic_store(&fault.calls, 0);
	fault.pid = getpid();
	fault.mode = mode;
}

void
fault_begin(const char *only, unsigned n, int sys)
{
	begin(only, n, sys, ONE);
}

void
fault_begin_all(const char *only, unsigned n, int sys)
{
	begin(only, n, sys, ALL);
}

void
fault_begin_child(const char *only, unsigned n, int sys)
{
	begin(only, n, sys, CHILD);
}

unsigned
fault_end(void)
{
	fault.mode = NONE;
	return atomic_load(&fault.calls);
}

bool
fault_now(const char *name)
{
	if (fault.mode == NONE || (fault.only && strcmp(fault.only, name) != 0))
		return false;
	if ((fault.mode == CHILD) == (fault.pid == getpid()))
		return false;
	unsigned i = atomic_fetch_add(&fault.calls, 1) + 1;
	if (!fault.n || i < fault.n || (i > fault.n && fault.mode != ALL))
		return false;
	errno = fault.sys;
	return true;
}

int
fault_sys(void)
{
	return fault.sys;
}
