#include "sim/bank.h"

#include <string.h>

void
bank_reset(struct bank *b)
{
	*b = (struct bank){ .locked = (1u << BANK_LOCKED_AT_START) - 1 };
}

bool
bank_is_locked(const struct bank *b, unsigned index)
{
	return index < NSM_PCRS && (b->locked >> index & 1);
}

struct span
bank_value(const struct bank *b, unsigned index)
{
	ASSERT(index < NSM_PCRS);
	return span_of(b->pcr[index], PCR_SIZE);
}

static bool
extend(struct bank *b, unsigned index, struct span data, struct err *e)
{
	struct span parts[] = { bank_value(b, index), data };
	struct hash h;
	if (!digest_of(DIGEST_SHA384, parts, COUNT(parts), &h, e))
		return false;
	memcpy(b->pcr[index], h.v, PCR_SIZE);
	return true;
}

/* What the image measures: no other register is its. */
static void
place(struct bank *b, const struct pcr_set *s)
{
	static const unsigned measured[] = { 0, 1, 2, 8 };
	for (size_t i = 0; i < COUNT(measured); i++)
		if (pcr_has(s, measured[i]))
			memcpy(b->pcr[measured[i]], s->v[measured[i]].p,
			       PCR_SIZE);
}

bool
bank_boot(struct bank *b, const struct bank_boot *boot, struct err *e)
{
	bank_reset(b);
	if (!boot->debug)
		place(b, &boot->pcrs);
	return (boot->role_arn.n == 0 || extend(b, 3, boot->role_arn, e)) &&
	       (boot->instance_id.n == 0 || extend(b, 4, boot->instance_id, e));
}

bool
bank_extend(struct bank *b, unsigned index, struct span data,
	    enum nsm_error *result, struct err *e)
{
	*result = NSM_SUCCESS;
	if (index >= NSM_PCRS)
		*result = NSM_INVALID_INDEX;
	else if (bank_is_locked(b, index))
		*result = NSM_READ_ONLY_INDEX;
	return *result != NSM_SUCCESS || extend(b, index, data, e);
}

enum nsm_error
bank_lock(struct bank *b, unsigned index)
{
	if (index >= NSM_PCRS)
		return NSM_INVALID_INDEX;
	if (bank_is_locked(b, index))
		return NSM_READ_ONLY_INDEX;
	b->locked |= 1u << index;
	return NSM_SUCCESS;
}

enum nsm_error
bank_lock_range(struct bank *b, unsigned range)
{
	if (range > NSM_PCRS)
		return NSM_INVALID_INDEX;
	b->locked |= (uint32_t)((UINT64_C(1) << range) - 1);
	return NSM_SUCCESS;
}
