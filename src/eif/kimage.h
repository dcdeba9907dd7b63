/*
 * Kernel images as a Nitro hypervisor boots them, told by their headers:
 * x86 bzImage (Linux, Documentation/arch/x86/boot.rst) and the uncompressed
 * arm64 Image (Documentation/arch/arm64/booting.rst).
 */
#pragma once

#include "base/arena.h"
#include "base/blob.h"

enum kimage_kind { KIMAGE_UNKNOWN, KIMAGE_BZIMAGE, KIMAGE_ARM64 };

struct kimage {
	enum kimage_kind kind;
	/* "6.12.43": the first word of a bzImage's version string; empty when
	 * the image does not say, as arm64 images do not. */
	struct span version;
	/* arm64: where the image wants to be loaded; Nitro wants it not 0. */
	uint64_t text_offset;
};

/* No byte behind these is looked at: a version string may begin 64 KiB behind
 * the boot sector and is read to its 128th byte. */
#define KIMAGE_LOOKS ((size_t)0x200 + 0xffff + 128)

/* ERR_SYS or ERR_LIMIT only: what is no kernel is KIMAGE_UNKNOWN. */
MUST_USE bool kimage_look(const struct blob *b, struct arena *a,
			  struct kimage *out, struct err *e);
/* "x86_64", "aarch64" or "unknown". */
const char *kimage_arch(enum kimage_kind kind);
/* Why this kernel does not boot where the EIF header flags say, as a phrase
 * that follows "the kernel"; NULL if it may boot. */
const char *kimage_misfit(const struct kimage *k, uint16_t eif_flags);
