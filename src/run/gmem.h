/*
 * The memory of a guest that is shared with this process.
 *
 * Everything in it is untrusted and may change at any time. An address becomes
 * a pointer only together with the number of bytes that will be accessed, and
 * values that matter are copied once.
 */
#pragma once

#include "base/err.h"

enum { GMEM_REGIONS = 8 }; /* what vhost-user allows in one message */

struct gmem_region {
	uint64_t guest; /* its address in the guest */
	uint64_t user;  /* its address in the machine emulator */
	uint64_t size;
	uint8_t *p;
	void *map; /* what to release; NULL in tests */
	size_t map_n;
};

struct gmem {
	struct gmem_region region[GMEM_REGIONS];
	size_t n;
};

/* Returns a pointer to n bytes at an address of the guest (the emulator), or
 * NULL if they are not all in one region. */
uint8_t *gmem_guest(const struct gmem *m, uint64_t at, uint64_t n);
uint8_t *gmem_user(const struct gmem *m, uint64_t at, uint64_t n);

/* Maps one more region from a descriptor, which the caller still owns. The
 * region begins at `offset` in it. */
MUST_USE bool gmem_map(struct gmem *m, struct gmem_region r, int fd,
		       uint64_t offset, struct err *e);
void gmem_clear(struct gmem *m);
