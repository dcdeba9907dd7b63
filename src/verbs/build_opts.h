/*
 * Common parts of the verbs that build: options that override enclave.toml, and
 * the summary of a build.
 */
#pragma once

#include "recipe/build.h"
#include "recipe/config_fields.h"
#include "cli/cmd.h"

struct build_opts {
	const char *output, *pcrs, *report, *check, *metadata;
	bool json, no_sign;
	struct build_job job;     /* options about this build alone */
	struct build_config over; /* those that replace what the file says */
};

/* A row that names a field of `over` overrides the file without other code. */
#define BUILD_OPTS(S)                                                          \
	OPT_ENUM(0, "profile", S, over.profile, "PROFILE",                     \
		 ramdisk_profile_names, "the format of the ramdisks"),         \
		OPT_ENUM(0, "scrub", S, over.scrub, "SET",                     \
			 scrub_profile_names,                                  \
			 "rules that remove what differs between builds"),     \
		OPT_STRINGS(0, "without-rule", S, over.scrub_disable, "RULE",  \
			    "switch a scrub rule off"),                        \
		OPT_STRINGS(0, "with-rule", S, over.scrub_enable, "RULE",      \
			    "switch an opt-in scrub rule on"),                 \
		OPT_STRINGS(0, "allow-secret", S, over.allow_secrets, "PATH",  \
			    "a file, or env:NAME, that may be a secret"),      \
		OPT_U64(0, "epoch", S, over.epoch, "SECONDS", 0, UINT32_MAX,   \
			"the time of all files (default: SOURCE_DATE_EPOCH, "  \
			"or 0)"),                                              \
		OPT_ENUM(0, "mtime", S, over.mtime, "MODE",                    \
			 ramdisk_mtime_names,                                  \
			 "set all times, or only those after the epoch"),      \
		OPT_ENUM(0, "caps", S, over.caps, "MODE", ramdisk_caps_names,  \
			 "what to do with file capabilities, which a ramdisk " \
			 "cannot hold"),                                       \
		OPT_PICK(0, "owner-root", S, over.owner, RAMDISK_OWNER_ROOT,   \
			 "root owns all files"),                               \
		OPT_PICK(0, "allow-missing-command", S, over.missing_command,  \
			 PROCESS_MISSING_ALLOW,                                \
			 "build even if the command is not in the image"),     \
		OPT_ENUM(0, "dir-modes", S, over.dir_modes, "MODES",           \
			 image_modes_names,                                    \
			 "owners and modes of a source directory: root's and " \
			 "as git keeps them (default), or as they are"),       \
		OPT_STRINGS(0, "device", S, over.devices, "PATH",              \
			    "keep this device node"),                          \
		OPT_ENUM(0, "arch", S, over.arch, "ARCH", config_arch_names,   \
			 "the machine to build for (default: this one's)"),    \
		OPT_STR(0, "boot-dir", S, over.boot_dir, "DIR",                \
			"a directory with kernel, cmdline and init, in the "   \
			"layout of AWS's blobs"),                              \
		OPT_STR(0, "kernel", S, over.kernel, "FILE", "the kernel"),    \
		OPT_STR(0, "cmdline", S, over.cmdline, "TEXT",                 \
			"the kernel's command line"),                          \
		OPT_STR(0, "init", S, over.init, "FILE", "the init"),          \
		OPT_STR(0, "nsm-ko", S, over.nsm_ko, "FILE",                   \
			"the NSM driver, for kernels without one"),            \
		OPT_STRINGS(                                                   \
			0, "entrypoint", S, over.entrypoint, "ARG",            \
			"replace the image's ENTRYPOINT, an argument each "    \
			"time"),                                               \
		OPT_STRINGS(                                                   \
			0, "cmd", S, over.cmd, "ARG",                          \
			"replace the image's CMD; one argument per option"),   \
		OPT_STRINGS('e', "env", S, over.env, "NAME=VALUE",             \
			    "set an environment variable"),                    \
		OPT_STR(0, "workdir", S, over.workdir, "DIR",                  \
			"replace WORKDIR"),                                    \
		OPT_STR(0, "user", S, over.user, "USER[:GROUP]",               \
			"replace USER"),                                       \
		OPT_STR('f', "file", S, over.dockerfile, "FILE",               \
			"the Dockerfile, if the source is built from one"),    \
		OPT_STR(0, "context", S, over.context, "DIR",                  \
			"its build context (default: the Dockerfile's "        \
			"directory)"),                                         \
		OPT_STR(0, "target", S, over.target, "STAGE",                  \
			"the stage of the Dockerfile to build"),               \
		OPT_STR(0, "network", S, over.network, "NETWORK",              \
			"the network of RUN in the Dockerfile: none, host, "   \
			"default"),                                            \
		OPT_STRINGS(0, "build-arg", S, over.args, "NAME=VALUE",        \
			    "a build argument of the Dockerfile"),             \
		OPT_ENUM(0, "engine", S, over.engine, "ENGINE", engine_names,  \
			 "the program that builds the Dockerfile"),            \
		OPT_FLAG(0, "no-cache", S, job.no_cache,                       \
			 "fetch layers from the registry again"),              \
		OPT_U64(0, "fetch-timeout", S, job.fetch_seconds, "SECONDS",   \
			1, 604800,                                             \
			"the most that one transfer from a registry may take"  \
			" (default: by its size)"),                            \
		OPT_SIZE(0, "max-unpacked", S, job.max_unpacked, "SIZE", 1,    \
			 INT64_MAX,                                            \
			 "the most that the source may become when it is "     \
			 "unpacked (default: 1G, or 100 times its size)"),     \
		OPT_STR(0, "name", S, over.name, "NAME",                       \
			"the enclave's name"),                                 \
		OPT_STR(0, "app-version", S, over.version, "VERSION",          \
			"the application's version")

/* enclave.toml (the operand, or the one here when there is no --from), with the
 * options of cli->line over it. */
MUST_USE bool build_opts_config(const struct build_opts *o,
				const struct cli *cli, struct build_config *c,
				struct err *e);
struct build_job build_opts_job(const struct build_opts *o,
				const struct build_config *c,
				const struct cli *cli, struct notes *notes);

/* The verb build, with a complete configuration; o->over is not looked at.
 * Notes are printed, and, when it `tells`, the summary. */
MUST_USE bool build_with_config(struct cli *cli, struct build_opts *o,
				const struct build_config *config, bool tells,
				struct err *e);

/* Prints the result for people, or as JSON (nitro-pcrs/1). */
void build_summary(FILE *f, const char *output, const char *pcrs,
		   const struct build_image *b, const struct build_result *r);
MUST_USE bool build_summary_json(FILE *f, const struct build_job *job,
				 const struct build_image *b,
				 const struct build_result *r, struct err *e);
