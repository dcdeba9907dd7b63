/*
 * Asking a module: the device of an enclave, the same under `veraclave
 * simulate`, or a simulator's socket.
 */
#pragma once

#include "nsm/proto.h"

#define NSM_DEVICE "/dev/nsm"
/* _IOWR(0x0a, 0, two addresses with two lengths): <linux/nsm.h> */
#define NSM_IOCTL 0xc0200a00u
/* A misc device of the kernel; 144 as on instances. */
enum { NSM_MAJOR = 10, NSM_MINOR = 144 };

struct nsm_client {
	int fd;
	bool socket;
};

/* The socket when one is named, else /dev/nsm. */
MUST_USE bool nsm_connect(struct nsm_client *c, const char *socket,
			  struct err *e);
void nsm_disconnect(struct nsm_client *c); /* DEFER works */
/* One call. An answer {"Error": name} is ERR_REFUSED with id "nsm-NAME"; the
 * value's bytes are in the arena. */
MUST_USE bool nsm_ask(struct nsm_client *c, const struct nsm_request *q,
		      struct arena *a, struct nsm_response *out, struct err *e);
