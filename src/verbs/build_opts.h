/*
 * What the verbs that build have in common: options that say what goes in and
 * how, over what enclave.toml says, and the summary of a build.
 */
#pragma once

#include "recipe/build.h"
#include "recipe/config_fields.h"
#include "cli/cmd.h"

struct build_opts {
	const char *from, *output, *pcrs, *report, *check;
	const char *name, *app_version, *metadata;
	unsigned profile, scrub, mtime, caps, arch, engine; /* or UINT_MAX */
	unsigned dir_modes;                                 /* likewise */
	uint64_t epoch, max_unpacked;                       /* or UNSET */
	const char *boot_dir, *kernel, *cmdline, *init, *nsm_ko;
	const char *workdir, *user;
	const char *dockerfile, *context, *target, *network;
	struct opt_list entrypoint, cmd, env, build_arg;
	struct opt_list without_rule, with_rule, allow_secret, device;
	bool owner_root, allow_missing, json, no_cache, no_sign;
	uint64_t fetch_seconds; /* or 0 */
};

#define BUILD_OPTS(S)                                                          \
	OPT_ENUM(0, "profile", S, profile, "PROFILE", ramdisk_profile_names,   \
		 "how the ramdisks are written"),                              \
		OPT_ENUM(0, "scrub", S, scrub, "SET", scrub_profile_names,     \
			 "rules that take out what differs between builds"),   \
		OPT_LIST(0, "without-rule", S, without_rule, "RULE",           \
			 "switch a scrub rule off"),                           \
		OPT_LIST(0, "with-rule", S, with_rule, "RULE",                 \
			 "switch an opt-in scrub rule on"),                    \
		OPT_LIST(0, "allow-secret", S, allow_secret, "PATH",           \
			 "a file, or env:NAME, that may be a secret"),         \
		OPT_U64(0, "epoch", S, epoch, "SECONDS", 0, UINT32_MAX,        \
			"the time of all files (default: SOURCE_DATE_EPOCH, "  \
			"or 0)"),                                              \
		OPT_ENUM(0, "mtime", S, mtime, "MODE", ramdisk_mtime_names,    \
			 "set all times, or only those after the epoch"),      \
		OPT_ENUM(0, "caps", S, caps, "MODE", ramdisk_caps_names,       \
			 "file capabilities, which a ramdisk cannot carry"),   \
		OPT_FLAG(0, "owner-root", S, owner_root,                       \
			 "root owns all files"),                               \
		OPT_FLAG(0, "allow-missing-command", S, allow_missing,         \
			 "build although the command is not in the image"),    \
		OPT_ENUM(0, "dir-modes", S, dir_modes, "MODES",                \
			 image_modes_names,                                    \
			 "owners and modes of a source directory: root's and " \
			 "as git keeps them (default), or as they are"),       \
		OPT_LIST(0, "device", S, device, "PATH",                       \
			 "keep this device node"),                             \
		OPT_ENUM(0, "arch", S, arch, "ARCH", config_arch_names,        \
			 "the machine to build for (default: this one's)"),    \
		OPT_STR(0, "boot-dir", S, boot_dir, "DIR",                     \
			"kernel, cmdline and init, laid out as AWS's blobs"),  \
		OPT_STR(0, "kernel", S, kernel, "FILE", "the kernel alone"),   \
		OPT_STR(0, "cmdline", S, cmdline, "TEXT",                      \
			"the kernel's command line"),                          \
		OPT_STR(0, "init", S, init, "FILE", "the init alone"),         \
		OPT_STR(0, "nsm-ko", S, nsm_ko, "FILE",                        \
			"the NSM driver, for kernels without one"),            \
		OPT_LIST(0, "entrypoint", S, entrypoint, "ARG",                \
			 "replace the image's ENTRYPOINT, an argument each "   \
			 "time"),                                              \
		OPT_LIST(0, "cmd", S, cmd, "ARG",                              \
			 "replace the image's CMD, an argument each time"),    \
		OPT_LIST('e', "env", S, env, "NAME=VALUE",                     \
			 "set an environment variable"),                       \
		OPT_STR(0, "workdir", S, workdir, "DIR", "replace WORKDIR"),   \
		OPT_STR(0, "user", S, user, "USER[:GROUP]", "replace USER"),   \
		OPT_STR('f', "file", S, dockerfile, "FILE",                    \
			"the Dockerfile, when the source is built from one"),  \
		OPT_STR(0, "context", S, context, "DIR",                       \
			"its build context (default: the Dockerfile's "        \
			"directory)"),                                         \
		OPT_STR(0, "target", S, target, "STAGE",                       \
			"its stage to build"),                                 \
		OPT_STR(0, "network", S, network, "NETWORK",                   \
			"the network that its RUN has: none, host, default"),  \
		OPT_LIST(0, "build-arg", S, build_arg, "NAME=VALUE",           \
			 "a build argument for it"),                           \
		OPT_ENUM(0, "engine", S, engine, "ENGINE", engine_names,       \
			 "what builds it"),                                    \
		OPT_FLAG(0, "no-cache", S, no_cache,                           \
			 "fetch layers from the registry again"),              \
		OPT_U64(0, "fetch-timeout", S, fetch_seconds, "SECONDS", 1,    \
			604800,                                                \
			"the most that one transfer from a registry may take"  \
			" (default: by its size)"),                            \
		OPT_SIZE(0, "max-unpacked", S, max_unpacked, "SIZE", 1,        \
			 INT64_MAX,                                            \
			 "the most that the source may become when it is "     \
			 "unpacked (default: 1G, or 100 times its size)"),     \
		OPT_STR(0, "name", S, name, "NAME", "the enclave's name"),     \
		OPT_STR(0, "app-version", S, app_version, "VERSION",           \
			"the application's version")

void build_opts_defaults(struct build_opts *o);
/* enclave.toml (`operand`, or the one here when there is no --from), with the
 * options over it. */
MUST_USE bool build_opts_config(const struct build_opts *o, const char *operand,
				struct arena *a, struct build_config *c,
				struct err *e);
struct build_job build_opts_job(const struct build_opts *o,
				const struct build_config *c,
				const struct cli *cli, struct notes *notes);

/* For people, and as JSON (nitro-pcrs/1). */
void build_summary(FILE *f, const char *output, const char *pcrs,
		   const struct build_image *b, const struct build_result *r);
MUST_USE bool build_summary_json(FILE *f, const struct build_job *job,
				 const struct build_image *b,
				 const struct build_result *r, struct err *e);
