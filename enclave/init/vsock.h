/*
 * As in <linux/vm_sockets.h>, which requires a C library.
 */
#pragma once

#include <stdint.h>

struct vsock_address {
	uint16_t family, reserved;
	uint32_t port, cid;
	uint8_t flags, zero[3];
};
#define VSOCK_FAMILY 40
#define VSOCK_ANY    UINT32_MAX
