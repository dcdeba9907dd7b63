/*
 * `enclave.toml`: what an enclave image is made of and how.
 *
 * The keys are the rows of one table (config_fields.h), which also makes the
 * manual page enclave.toml(5), docs/enclave-toml.md and what `init` writes.
 * A file holds what its author decided; everything else has the default of
 * its row. Options of the command line replace values after that.
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

/* Where the files of the image come from: at most one. */
enum config_from {
	CONFIG_FROM_NOTHING, /* the file does not say: --from has to */
	CONFIG_FROM_DOCKERFILE,
	CONFIG_FROM_IMAGE,
	CONFIG_FROM_ROOTFS,
	CONFIG_FROM_DEBIAN,
};

/*
 * Texts are UTF-8 without NUL and live in the arena of config_load; a text
 * that was not given and has no default is NULL, such a list is empty. Paths
 * are ready to be opened: relative ones have the file's directory in front.
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

	/* What is given replaces the image's, also when it is empty: v is NULL
	 * in a list that is not given. */
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

	/* Kept as they are: tables, or NULL. */
	const struct toml *metadata;

	bool given[BIND_ROWS_MAX]; /* by row: CONFIG_GIVEN */
};

/* May it be the name of an enclave, and so of files? Not a path, hidden or
 * empty, and without control characters. */
bool config_name_ok(const char *name);
/* Only the defaults. */
void config_defaults(struct build_config *c);
/* Does the file, or what was laid over it, say the field f? */
#define CONFIG_GIVEN(c, f) config_given((c), offsetof(struct build_config, f))
bool config_given(const struct build_config *c, size_t offset);
/* The field at this offset, which a key has, replaces the one of *c or is added
 * to its list. */
MUST_USE bool config_lay(const struct build_config *over, size_t offset,
			 struct arena *a, struct build_config *c,
			 struct err *e);
/* Fills *c from the text of a file; `path` is for messages and relative
 * paths. ERR_INPUT "config" names line and column, *c is then undefined. */
MUST_USE bool config_parse(struct span text, const char *path, struct arena *a,
			   struct build_config *c, struct err *e);
/* The same for a file; a directory stands for the enclave.toml in it. */
MUST_USE bool config_load(const char *path, struct arena *a,
			  struct build_config *c, struct err *e);
