/* A policy that is read demands something. */
#include "base/fuzz.h"

#include "attest/policy.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct policy p;
	if (policy_parse(in, &a, &p, &e)) {
		ASSERT(p.ntrust && (p.x.nreleases || p.x.nsigners));
		for (size_t i = 0; i < p.x.nreleases; i++)
			ASSERT(p.x.releases[i].name &&
			       p.x.releases[i].pcrs.mask);
		for (size_t i = 0; i < p.x.nsigners; i++)
			ASSERT(p.x.signers[i].n == PCR_SIZE);
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	arena_finish(&a);
}
