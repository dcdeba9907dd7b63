/*
 * `enclave.toml`: the description of an enclave image.
 *
 * The keys are the rows of one table (config_fields.h), which also makes the
 * manual page enclave.toml(5), docs/enclave-toml.md and the file that `init`
 * writes. A key that the file does not have gets the default of its row.
 * Options of the command line replace values after that.
 */
#pragma once

#include "codec/toml_bind.h"
#include "ramdisk/ramdisk.h"
#include "repro/scrub.h"
#include "source/engine.h"
#include "source/debian.h"
#include "tree/process.h"

enum config_arch { CONFIG_ARCH_HOST, CONFIG_ARCH_X86_64, CONFIG_ARCH_AARCH64 };
extern const char *const config_arch_names[];

/* The source of the image's files: at most one. */
enum config_from {
	CONFIG_FROM_NOTHING, /* not in the file: --from is required */
	CONFIG_FROM_DOCKERFILE,
	CONFIG_FROM_IMAGE,
	CONFIG_FROM_ROOTFS,
	CONFIG_FROM_DEBIAN,
};

/*
 * Texts are UTF-8 without NUL, in the arena of config_load. A text that is not
 * given and has no default is NULL; such a list is empty. Paths can be opened:
 * relative ones are prefixed with the file's directory.
 */
struct build_config {
	const char *path; /* of the file; NULL: defaults only */
	const char *name, *version;
	enum config_from from;

	const char *dockerfile, *context, *target, *network;
	struct strings args; /* NAME=VALUE */
	enum engine engine;
	const char *image; /* as source_options.from: PREFIX:PATH or PATH */
	const char *rootfs;

	const char *debian, *mirror, *files;
	struct strings packages;
	enum debian_variant variant;

	/* A given list replaces the image's, even if it is empty; v is NULL
	 * if the list is not given. */
	struct strings entrypoint, cmd;
	struct strings env; /* NAME=VALUE, replaces or adds to the image's */
	const char *workdir, *user;

	const char *boot_dir;
	const char *kernel, *cmdline, *init, *nsm_ko;

	enum ramdisk_profile profile;
	enum scrub_profile scrub;
	struct strings scrub_disable; /* names of rules */
	struct strings scrub_enable;  /* of those that are off by default */
	uint64_t epoch;               /* seconds; BIND_UNSET */
	enum ramdisk_mtime mtime;
	enum ramdisk_caps caps;
	enum ramdisk_owner owner;
	enum process_missing missing_command;
	enum image_modes dir_modes;
	struct strings devices; /* paths of device nodes to keep */
	enum config_arch arch;
	struct strings allow_secrets; /* paths that may hold secrets */

	uint64_t memory_mib, cpus; /* BIND_UNSET */

	struct ports ingress; /* of TCP servers */

	const char *certificate, *key, *passphrase_file, *pin_file;

	/* A table, unchanged, or NULL. */
	const struct toml *metadata;

	bool given[BIND_ROWS_MAX]; /* by row: CONFIG_GIVEN */
};

/* Returns true if it can be the name of an enclave, and so of files: not a
 * path, not hidden, not empty, without control characters. */
bool config_name_ok(const char *name);
/* Sets the defaults. */
void config_defaults(struct build_config *c);
/* Returns true if the file or an option sets the field at this offset. */
#define CONFIG_GIVEN(c, f) config_given((c), offsetof(struct build_config, f))
bool config_given(const struct build_config *c, size_t offset);
/* Replaces the field of *c at this offset, which a key has, by that of *over,
 * or adds to its list. */
MUST_USE bool config_lay(const struct build_config *over, size_t offset,
			 struct arena *a, struct build_config *c,
			 struct err *e);
/* Fills *c from the text of a file; `path` is for messages and relative
 * paths. Fails with ERR_INPUT "config" and line and column; *c is undefined
 * then.
 */
MUST_USE bool config_parse(struct span text, const char *path, struct arena *a,
			   struct build_config *c, struct err *e);
/* The same for a file; for a directory it reads the enclave.toml in it. */
MUST_USE bool config_load(const char *path, struct arena *a,
			  struct build_config *c, struct err *e);
