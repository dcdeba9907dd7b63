/*
 * What an image has besides the application: the boot side and the metadata.
 * Read once, before anything slow: what was checked is what is written, also
 * when a file gets another content in between.
 */
#pragma once

#include "codec/json.h"
#include "eif/write.h"
#include "recipe/boot.h"
#include "sys/window.h"

struct build_job;

/* Not to be moved: the head refers to the kernel here. */
struct build_parts {
	struct boot boot;
	struct json *custom;  /* metadata, or NULL */
	struct window kernel; /* of boot.kernel */
	struct blob kernel_blob;
	struct eif1 head; /* with the build's time still to come: eif1_meta */
};
#define BUILD_PARTS_NONE ((struct build_parts){ .boot = BOOT_NONE })

/* ERR_INPUT also for what eif1_begin would refuse. Bytes are in the job's
 * arena, the rest until parts_close (DEFER, also after a failure). */
MUST_USE bool parts_open(struct build_parts *p, const struct build_job *job,
			 struct err *e);
void parts_close(struct build_parts *p);
