/*
 * The boot side of an enclave image: kernel, command line, init and, where
 * the kernel has no driver built in, nsm.ko. A boot directory has the layout
 * of AWS's blobs: bzImage (x86_64) or Image (aarch64), cmdline, init, nsm.ko.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/note.h"

struct boot_options {
	const char *dir;     /* --boot-dir, or NULL: search */
	const char *kernel;  /* each NULL: from the directory */
	const char *cmdline; /* the text itself */
	const char *init;
	const char *nsm_ko;
	const char *arch; /* "x86_64" or "aarch64" */
	bool aws_first;   /* search AWS's blobs before our own */
};

struct boot {
	const char *dir; /* what was found or given; NULL: only files */
	const char *kernel_path;
	int kernel; /* open, to be streamed */
	uint64_t kernel_size;
	struct span cmdline;
	struct span init;
	struct span nsm_ko; /* p is NULL: none */
};
#define BOOT_NONE ((struct boot){ .kernel = -1 })

/*
 * Loads the parts. Without a directory it searches beside the program (a build
 * tree, an installation), then $NITRO_CLI_BLOBS, then
 * /usr/share/nitro_enclaves/blobs; with aws_first the last two come first.
 * Fails with ERR_NOTFOUND "boot-missing", which names the searched places.
 * Small files are read into the arena.
 */
MUST_USE bool boot_load(struct boot *b, const struct boot_options *o,
			struct arena *a, struct err *e);
void boot_close(struct boot *b);
