/*
 * The memory of a guest, as far as it is shared with us.
 *
 * Everything in it is untrusted and may change while we look: an address is
 * turned into a pointer only with the number of bytes that will be touched,
 * and what matters is copied out once.
 */
#pragma once

#include "base/err.h"

enum { GMEM_REGIONS = 8 }; /* what vhost-user allows in one message */

struct gmem_region {
	uint64_t guest; /* where the guest has it */
	uint64_t user;  /* where the machine emulator has it */
	uint64_t size;
	uint8_t *p;
	void *map; /* what to release; NULL in tests */
	size_t map_n;
};

struct gmem {
	struct gmem_region region[GMEM_REGIONS];
	size_t n;
};

/* n bytes at an address of the guest (the emulator); NULL unless all of them
 * lie in one region. */
uint8_t *gmem_guest(const struct gmem *m, uint64_t at, uint64_t n);
uint8_t *gmem_user(const struct gmem *m, uint64_t at, uint64_t n);

/* Maps one more region from a descriptor, which stays the caller's. `offset`
 * is where in it the region begins. */
MUST_USE bool gmem_map(struct gmem *m, struct gmem_region r, int fd,
		       uint64_t offset, struct err *e);
void gmem_clear(struct gmem *m);
