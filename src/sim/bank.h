/*
 * The registers of a Nitro Security Module and the rules about them: 32 of
 * them, SHA-384, all zero at the start; 0 to 15 are the hypervisor's and
 * locked from the first moment; 16 to 31 are the program's until it locks
 * them. A lock lasts until the enclave ends. A document holds the locked
 * registers and no others.
 *
 * The names of the errors are those that QEMU's device gives; AWS documents
 * that there is an error, not which.
 */
#pragma once

#include "pcrs/set.h"
#include "nsm/proto.h"

_Static_assert((int)NSM_PCRS == (int)PCR_COUNT, "the same registers");
enum { BANK_LOCKED_AT_START = 16 };

struct bank {
	uint8_t pcr[NSM_PCRS][PCR_SIZE];
	uint32_t locked; /* bit n: register n */
};

/* What the hypervisor puts into the registers before the enclave starts. */
struct bank_boot {
	struct pcr_set pcrs;  /* 0, 1, 2 and, when it is signed, 8; borrowed */
	struct span role_arn; /* of the parent instance; empty: it has none */
	struct span instance_id; /* "i-0123456789abcdef0" */
	bool debug;              /* registers 0, 1, 2 and 8 stay zero */
};

/* As after a reset, with all 16 lower registers zero. */
void bank_reset(struct bank *b);
MUST_USE bool bank_boot(struct bank *b, const struct bank_boot *boot,
			struct err *e);
bool bank_is_locked(const struct bank *b, unsigned index);
struct span bank_value(const struct bank *b, unsigned index);

/* E(old, data) with the data as it is, however long. *result NSM_SUCCESS or
 * what the device answers. False only when no digest could be computed. */
MUST_USE bool bank_extend(struct bank *b, unsigned index, struct span data,
			  enum nsm_error *result, struct err *e);
enum nsm_error bank_lock(struct bank *b, unsigned index);
/* Registers 0 to range - 1; those locked already stay so. */
enum nsm_error bank_lock_range(struct bank *b, unsigned range);
