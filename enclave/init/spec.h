/*
 * How the application ramdisk describes the process to run.
 *
 * Three files are at the root of the ramdisk, all written by the image builder
 * and all measured:
 *
 *   process  Veraclave's own form: src/codec/process_format.h. Connections
 *            to a vsock port of a tcp record are forwarded to 127.0.0.1.
 *   cmd, env what nitro-cli writes: one item a line. An empty or missing
 *            cmd means `sh`, as in AWS's init.
 *   caps     file capabilities, which cpio cannot store. NUL-terminated
 *            records `HEX PATH`: the value of the security.capability
 *            attribute in lower-case hex, a space, a path relative to the
 *            root file system.
 *
 * The parsers work in place: they write into the given buffer (never past its
 * end) and their results point into it. They need no C library, so that init
 * and the unit tests can both use them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/process_format.h"

enum {
	SPEC_CAP_MAX = 64, /* bytes in one attribute */
};

/* Memory for the lists of pointers, allocated from the front. */
struct pool {
	char *p, *end;
};

struct process {
	char **argv; /* ends with NULL; argc is at least 1 after a parse */
	size_t argc;
	char **env; /* ends with NULL and has room for one more entry */
	size_t envc;
	const char *cwd;
	uint32_t uid, gid;
	uint32_t *groups;
	size_t groups_n;
	uint32_t ports[PROCESS_PORTS_MAX]; /* ascending */
	size_t ports_n;
	bool shell_fallback; /* run a file that is not executable code with
				/bin/sh */
};

struct cap {
	uint8_t value[SPEC_CAP_MAX];
	size_t value_n;
	const char *path; /* relative, no empty, `.` or `..` component */
};

/* Returns how many bytes of pool a file of n bytes can need. */
size_t spec_pool_size(size_t n);

/* Reads a `process` file of n bytes. Returns NULL on success, else the
 * reason. */
const char *spec_process(char *text, size_t n, struct pool *pool,
			 struct process *out);

/* Reads `cmd` and `env` of nitro-cli. text[n] must be writable, because a last
 * line without newline gets its NUL there. Returns NULL on success, else the
 * reason. */
const char *spec_cmd(char *text, size_t n, struct pool *pool,
		     struct process *out);
const char *spec_env(char *text, size_t n, struct pool *pool,
		     struct process *out);

/* Takes one record of a `caps` file off [*at, *at + *left). Returns NULL on
 * success, else the reason. */
const char *spec_cap(char **at, size_t *left, struct cap *out);

/* Whether a line of /proc/net/tcp or tcp6 describes a socket that listens on a
 * port. */
bool spec_listens(const char *line, size_t n, uint32_t port);

/* Returns the value of NAME in the environment, or NULL. */
const char *spec_getenv(const struct process *p, const char *name);

/* Adds an entry; call it once, and only after a successful parse. */
void spec_addenv(struct process *p, char *entry);

/* Small string helpers, because there is no C library. */
size_t str_len(const char *s);
bool str_eq(const char *a, const char *b);
