/*
 * How the process of an image is started: computed from the image's
 * configuration and the caller's options, and written to the files that the
 * two inits read.
 */
#pragma once

#include "codec/process_format.h"
#include "tree/image.h"

/* TCP ports of servers to which init forwards vsock connections: 1 to 65535,
 * ascending, each once. */
struct ports {
	uint32_t v[PROCESS_PORTS_MAX];
	size_t n;
};

/* The caller's settings; each replaces the image's. */
struct process_options {
	bool has_entrypoint, has_cmd; /* even when empty */
	struct strings entrypoint, cmd;
	struct strings env;            /* NAME=VALUE, added or replaced */
	struct span working_dir, user; /* empty: the image's */
	struct ports tcp;
};

struct process {
	struct strings args, env;
	struct span cwd;
	uint32_t uid, gid;
	uint32_t *groups; /* the primary one first, each once */
	size_t group_count;
	struct ports tcp;
	bool reduced; /* nitro-cli's semantics: arguments and environment */
};

/*
 * Does as Docker does. ENTRYPOINT and CMD are joined, but an ENTRYPOINT of the
 * caller drops the image's CMD. ENV is used, and PATH and HOME are added if
 * they are not set. WORKDIR is made (0755 0:0, with a note) if it is not in
 * the image. USER, "name
 *
 * uid[:name
 *
 * gid]", is looked up in the image's etc/passwd and etc/group. ERR_INPUT
 * "process-nothing" if there is no command, "process-user" for an unknown user
 * or group.
 */
MUST_USE bool process_docker(struct image *m, const struct process_options *o,
			     struct process *out, struct err *e);
/*
 * Does as nitro-cli does: CMD, or else ENTRYPOINT; ENV as written; WORKDIR and
 * USER are ignored, with a warning that names what is lost. An item with a
 * newline is ERR_INPUT "process-newline"; ports, which that form cannot
 * express, are ERR_INPUT "process-ingress".
 */
MUST_USE bool process_nitro(struct image *m, const struct process_options *o,
			    struct process *out, struct err *e);

/* What to do if the command is not in the image. */
enum process_missing { PROCESS_MISSING_ERROR, PROCESS_MISSING_ALLOW };
/* "error", "allow"; NULL follows the last. */
extern const char *const process_missing_names[];

/* Checks that the command is an executable file of the image, searched as
 * execvp does (links followed, PATH of the process). If it is not, fails with
 * ERR_INPUT "process-command", or warns if the caller allows it. */
MUST_USE bool process_check_command(struct image *m, const struct process *p,
				    enum process_missing missing,
				    struct err *e);

/* Describes what an init that supports only arguments and environment (AWS's)
 * does otherwise: "ignores the user" and so on, or NULL if there is no
 * difference. */
const char *process_beyond_aws(const struct process *p);

/*
 * The files at the root of the application ramdisk. `process` is for our init
 * (codec/process_format.h). `cmd` and `env` are for AWS's: one item a line;
 * has_lines is false if an item contains a newline, so that they cannot be
 * written.
 */
struct process_files {
	struct span process, cmd, env;
	bool has_lines;
};
/* Returns the edition of `process` that the init must support. */
const char *process_edition(const struct process *p);
MUST_USE bool process_files(const struct process *p, struct arena *a,
			    struct process_files *out, struct err *e);
