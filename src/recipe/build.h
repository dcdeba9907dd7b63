/*
 * The build: from a source to a measured enclave image file.
 *
 *	source -> image -> scrubbed tree -> ramdisks -> EIF -> pcrs.json
 *
 * Each step is a function of the floors below; only this module determines
 *their order. The output gets its name only when it is complete.
 */
#pragma once

#include "recipe/config.h"
#include "recipe/parts.h"
#include "eif/eif.h"
#include "ramdisk/ramdisk.h"
#include "source/source.h"
#include "repro/scrub.h"
#include "sys/fs.h"

/* One build: enclave.toml and the settings that it does not have. */
struct build_job {
	const struct build_config *config; /* with the command line's changes */
	const char *from; /* overrides the file's source; or NULL */
	bool no_cache;    /* fetch layers from the registry again */
	bool quiet;       /* show the output of programs only if they fail */
	uint64_t
		fetch_seconds; /* limit of a transfer; 0: depends on its size */
	uint64_t max_unpacked; /* bytes; 0: as much as the input allows */
	struct span metadata;  /* JSON instead of [metadata]; or empty */
	struct arena *arena;
	struct notes *notes;
	const struct progress *progress; /* or NULL */
};

/* The image with its process, as it goes into the application ramdisk. */
struct build_image {
	struct image image;
	enum source_kind kind; /* of the source */
	struct process process;
	struct ramdisk_options options;
	enum scrub_profile scrub_profile;
	struct scrub_report scrub;
	uint32_t epoch;
};

/* The parts of an enclave image. */
struct build_input {
	const struct build_parts *parts;
	const struct build_image *image;
};

struct build_result {
	struct eif eif;
	struct measured measured;
	struct hash pcr8;     /* empty: not signed */
	struct hash digest;   /* eif-digest/1 */
	const char *arch;     /* "x86_64", "aarch64" */
	const char *boot_dir; /* or NULL */
	struct span kernel_version;
	size_t entries; /* in the image's tree */
};

/* Sets *out to the epoch: the configuration's, else SOURCE_DATE_EPOCH, else 0.
 */
MUST_USE bool build_epoch(const struct build_config *c, uint32_t *out,
			  struct err *e);
/* Returns "x86_64" or "aarch64": the configuration's, else this machine's. */
const char *build_arch(const struct build_config *c);
/* Returns OCI's name of the architecture: "amd64" or "arm64". */
struct span build_oci_arch(const char *arch);

/* Checks that the source exists and can be opened, and reads the boot side and
 * the custom metadata. This is fast, so that errors are found before a source
 * is built. */
MUST_USE bool build_ready(const struct build_job *job, struct build_parts *p,
			  struct err *e);
/* Opens the source, resolves the process, scrubs. Call build_image_close also
 * after a failure. */
MUST_USE bool build_image_open(struct build_image *b,
			       const struct build_job *job, struct err *e);
void build_image_close(struct build_image *b); /* for DEFER */

/* Writes and measures the image. `file` is open and empty; the caller commits
 * it when everything else has succeeded. */
MUST_USE bool build_eif(const struct build_job *job,
			const struct build_input *in, struct out *file,
			struct build_result *out, struct err *e);
/* Copies the output of build_eif to another file, with this signature section,
 * and sets *r to the result for that file. */
MUST_USE bool build_sign(const struct build_job *job, const struct out *from,
			 struct span section, struct out *to,
			 struct build_result *r, struct err *e);
