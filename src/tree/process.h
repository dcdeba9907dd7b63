/*
 * How the process of an image is started: from the image's configuration and
 * what the caller wishes otherwise to the files that the two inits read.
 */
#pragma once

#include "codec/process_format.h"
#include "tree/image.h"

/* Ports of TCP servers that init leads vsock connections to: 1 to 65535,
 * ascending, each once. */
struct ports {
	uint32_t v[PROCESS_PORTS_MAX];
	size_t n;
};

/* What the caller sets; each replaces what the image says. */
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
 * As Docker does it. ENTRYPOINT and CMD together, an ENTRYPOINT of the
 * caller's drops the image's CMD; ENV, and PATH and HOME when they are not
 * set; WORKDIR, made (0755 0:0, with a note) when the image lacks it; USER as
 * "name|uid[:name|gid]" looked up in the image's etc/passwd and etc/group.
 * Nothing to run is ERR_INPUT "process-nothing", an unknown user or group
 * "process-user".
 */
MUST_USE bool process_docker(struct image *m, const struct process_options *o,
			     struct process *out, struct err *e);
/*
 * As nitro-cli does it: CMD, or else ENTRYPOINT; ENV as it is; WORKDIR and
 * USER ignored, with a warning that names what is lost. An item with a
 * newline is ERR_INPUT "process-newline"; ports, which that form cannot say,
 * are ERR_INPUT "process-ingress".
 */
MUST_USE bool process_nitro(struct image *m, const struct process_options *o,
			    struct process *out, struct err *e);

/* A command that the image lacks. */
enum process_missing { PROCESS_MISSING_ERROR, PROCESS_MISSING_ALLOW };
/* "error", "allow", and NULL behind the last. */
extern const char *const process_missing_names[];

/* The command is an executable file of the image, looked for as execvp does
 * (links followed, PATH of the process): else ERR_INPUT "process-command", or
 * a warning when the caller allows it. */
MUST_USE bool process_check_command(struct image *m, const struct process *p,
				    enum process_missing missing,
				    struct err *e);

/* What an init that knows only arguments and environment (AWS's) does: "ignores
 * the user" and the like, or NULL when that is nothing. */
const char *process_beyond_aws(const struct process *p);

/*
 * The files at the root of the application ramdisk. `process` is for our
 * init (codec/process_format.h). `cmd` and `env` are for AWS's: one item a
 * line; has_lines is false when an item holds a newline and they cannot be.
 */
struct process_files {
	struct span process, cmd, env;
	bool has_lines;
};
/* The edition of `process` that the init has to know. */
const char *process_edition(const struct process *p);
MUST_USE bool process_files(const struct process *p, struct arena *a,
			    struct process_files *out, struct err *e);
