/*
 * The registers of a Nitro Security Module and the rules about them: 32 of
 * them, SHA-384, all zero at the start. The hypervisor sets registers 0 to 15,
 * which are locked from the start; the program can extend 16 to 31 until it
 * locks them. A lock lasts until the enclave ends. A document contains only the
 * locked registers.
 *
 * The names of the errors are those of QEMU's device, because AWS does not
 * document which error occurs.
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

/* The registers that the hypervisor sets before the enclave starts. */
struct bank_boot {
	struct pcr_set pcrs;  /* 0, 1, 2 and, when it is signed, 8; borrowed */
	struct span role_arn; /* of the parent instance; empty: it has none */
	struct span instance_id; /* "i-0123456789abcdef0" */
	bool debug;              /* registers 0, 1, 2 and 8 stay zero */
};

/* Sets the state after a reset, with all 16 lower registers zero. */
void bank_reset(struct bank *b);
MUST_USE bool bank_boot(struct bank *b, const struct bank_boot *boot,
			struct err *e);
bool bank_is_locked(const struct bank *b, unsigned index);
struct span bank_value(const struct bank *b, unsigned index);

/* Computes E(old, data), for data of any length. *result is NSM_SUCCESS or the
 * device's error. Returns false only if no digest could be computed. */
MUST_USE bool bank_extend(struct bank *b, unsigned index, struct span data,
			  enum nsm_error *result, struct err *e);
enum nsm_error bank_lock(struct bank *b, unsigned index);
/* Locks registers 0 to range - 1; locked ones remain locked. */
enum nsm_error bank_lock_range(struct bank *b, unsigned range);
