/*
 * `enclave.toml`: what an enclave image is made of and how.
 *
 * The keys are the rows of one table (config_fields.h), which also makes the
 * manual page enclave.toml(5), docs/enclave-toml.md and what `init` writes.
 * A file holds what its author decided; everything else has the default of
 * its row. Options of the command line replace values after that.
 */
#pragma once

#include "codec/toml.h"
#include "tree/process.h"

/* A choice or number that was not made; 0 often means something. */
#define CONFIG_UNSET UINT64_MAX

enum config_profile { CONFIG_CANONICAL, CONFIG_NITRO_CLI };
enum config_scrub {
	CONFIG_SCRUB_NONE,
	CONFIG_SCRUB_SAFE,
	CONFIG_SCRUB_MINIMAL
};
enum config_mtime { CONFIG_MTIME_FIXED, CONFIG_MTIME_CLAMP };
enum config_caps { CONFIG_CAPS_ERROR, CONFIG_CAPS_DROP, CONFIG_CAPS_INIT };
enum config_owner { CONFIG_OWNER_KEEP, CONFIG_OWNER_ROOT };
enum config_missing { CONFIG_MISSING_ERROR, CONFIG_MISSING_ALLOW };
enum config_dir_modes { CONFIG_DIR_GIT, CONFIG_DIR_KEEP };
enum config_engine {
	CONFIG_ENGINE_AUTO,
	CONFIG_ENGINE_DOCKER,
	CONFIG_ENGINE_BUILDCTL,
	CONFIG_ENGINE_BUILDAH,
};
enum config_arch { CONFIG_ARCH_HOST, CONFIG_ARCH_X86_64, CONFIG_ARCH_AARCH64 };
/* Debian's words, as mmdebstrap takes them. */
enum config_variant {
	CONFIG_VARIANT_MINBASE,
	CONFIG_VARIANT_ESSENTIAL,
	CONFIG_VARIANT_APT,
};

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
	unsigned engine;     /* enum config_engine */
	const char *image;   /* as source_options.from: PREFIX:PATH or PATH */
	const char *rootfs;

	const char *debian, *mirror, *files;
	struct strings packages;
	unsigned variant; /* enum config_variant */

	/* Set flags tell [] from absent: what is given replaces the image's */
	struct strings entrypoint, cmd;
	bool entrypoint_set, cmd_set;
	struct strings env; /* NAME=VALUE, replaces or adds to the image's */
	const char *workdir, *user;

	const char *boot_dir;
	const char *kernel, *cmdline, *init, *nsm_ko;

	unsigned profile;             /* enum config_profile */
	unsigned scrub;               /* enum config_scrub */
	bool scrub_set;               /* the file says which */
	struct strings scrub_disable; /* names of rules */
	struct strings scrub_enable;  /* of those that are off by default */
	uint64_t epoch;               /* seconds; CONFIG_UNSET */
	unsigned mtime;               /* enum config_mtime */
	unsigned caps;                /* enum config_caps */
	unsigned owner;               /* enum config_owner */
	unsigned missing_command;     /* enum config_missing */
	unsigned dir_modes;           /* enum config_dir_modes */
	struct strings devices;       /* paths of device nodes to keep */
	unsigned arch;                /* enum config_arch */
	struct strings allow_secrets; /* paths that may hold secrets */

	uint64_t memory_mib, cpus; /* CONFIG_UNSET */

	struct ports ingress; /* of TCP servers */

	const char *certificate, *key, *passphrase_file, *pin_file;

	/* Kept as they are: tables, or NULL. */
	const struct toml *metadata;
};

/* May it be the name of an enclave, and so of files? Not a path, hidden or
 * empty, and without control characters. */
bool config_name_ok(const char *name);
/* Only the defaults. */
void config_defaults(struct build_config *c);
/* Fills *c from the text of a file; `path` is for messages and relative
 * paths. ERR_INPUT "config" names line and column, *c is then undefined. */
MUST_USE bool config_parse(struct span text, const char *path, struct arena *a,
			   struct build_config *c, struct err *e);
/* The same for a file; a directory stands for the enclave.toml in it. */
MUST_USE bool config_load(const char *path, struct arena *a,
			  struct build_config *c, struct err *e);
