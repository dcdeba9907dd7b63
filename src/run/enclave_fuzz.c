/* A record that is accepted is complete; writing and reading it again gives the
 * same record. */
#include "base/fuzz.h"

#include <string.h>

#include "base/limits.h"
#include "run/enclave.h"

#define ID "i-00000000000000000-enc0123456789abcdef"

static void
whole(const struct enclave *x)
{
	ASSERT(strcmp(x->id, ID) == 0);
	ASSERT(x->name && strlen(x->name) <= ENCLAVE_NAME_MAX);
	ASSERT(x->process.pid > 1 && x->cid <= UINT32_MAX);
	for (size_t i = 0; i < COUNT(x->pcr); i++)
		ASSERT(x->pcr[i].n == 48);
}

FUZZ(in)
{
	DEFER(buf_free) struct buf one = buf_max(64 * KIB);
	DEFER(buf_free) struct buf two = buf_max(64 * KIB);
	struct arena a = { 0 };
	struct err e = { 0 };
	struct enclave x = { 0 }, y = { 0 };
	if (enclave_parse(in, SPAN(ID), &a, &x, &e)) {
		whole(&x);
		bool ok = enclave_put(&one, &x, &e) &&
			  enclave_parse(buf_view(&one), SPAN(ID), &a, &y, &e) &&
			  enclave_put(&two, &y, &e);
		ASSERT(ok && span_eq(buf_view(&one), buf_view(&two)));
	} else {
		ASSERT(e.code == ERR_INPUT || e.code == ERR_LIMIT);
		ASSERT(e.msg[0] && !x.id);
	}
	arena_finish(&a);
}
