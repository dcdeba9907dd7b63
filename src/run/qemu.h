/*
 * Finds a QEMU and makes its command line.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

enum qemu_kind {
	QEMU_NITRO,   /* -M nitro-enclave: reads and measures the EIF itself */
	QEMU_MICROVM, /* -M microvm: boots the parts, measures nothing */
};

struct qemu {
	const char *path;
	const char *firmware; /* directory, or NULL for its own default */
};

/* Finds the first QEMU of $VERACLAVE_QEMU, our cache and PATH that has the
 * machine. Fails with ERR_NOTFOUND and a hint if none has it. */
MUST_USE bool qemu_find(struct arena *a, enum qemu_kind kind, struct qemu *q,
			struct err *e);

struct qemu_guest {
	enum qemu_kind kind;
	const char *eif;                       /* for QEMU_NITRO */
	const char *kernel, *initrd, *cmdline; /* for QEMU_MICROVM */
	const char *socket;                    /* of the vsock device */
	const char *id;                        /* of the enclave, or NULL */
	uint64_t memory_mib;
	uint64_t cpus;
	bool kvm;
};

/* Fails with a hint if this user cannot use KVM. */
MUST_USE bool qemu_kvm(struct err *e);

/* Makes the command line, which ends with NULL. */
MUST_USE bool qemu_argv(struct arena *a, const struct qemu *q,
			const struct qemu_guest *g, const char *const **argv,
			struct err *e);
