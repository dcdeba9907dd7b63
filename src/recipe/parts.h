/*
 * The parts of an image besides the application: the boot side and the
 * metadata. They are read once, before any slow step: the checked bytes are
 * those that are written, even if a file changes in between.
 */
#pragma once

#include "codec/json.h"
#include "eif/write.h"
#include "recipe/boot.h"
#include "sys/window.h"

struct build_job;

/* It must not be moved: the head points to the kernel in it. */
struct build_parts {
	struct boot boot;
	struct json *custom;  /* metadata, or NULL */
	struct window kernel; /* of boot.kernel */
	struct blob kernel_blob;
	struct eif1 head; /* without the build's time: eif1_meta sets it */
};
#define BUILD_PARTS_NONE ((struct build_parts){ .boot = BOOT_NONE })

/* Fails with ERR_INPUT also for parts that eif1_begin would refuse. Bytes are
 * in the job's arena; parts_close releases the rest (DEFER, also after a
 * failure).
 */
MUST_USE bool parts_open(struct build_parts *p, const struct build_job *job,
			 struct err *e);
void parts_close(struct build_parts *p);
