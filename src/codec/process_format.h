/*
 * The file `process` at the root of the application ramdisk, editions 1 and 2
 * (docs/formats/ramdisk.md): tree/process writes it, enclave/init/spec reads
 * it. NUL-terminated records; the first is the name of the edition, the others
 * are KEY=VALUE.
 *
 * Constants alone: init is built without a C library.
 */
#pragma once

/* The second edition is the first with tcp records. Each has one form: a file
 * without them is of the first, so that its bytes stay what they were. */
#define PROCESS_EDITION_1 "veraclave-process/1"
#define PROCESS_EDITION_2 "veraclave-process/2"

#define PROCESS_ARG   "arg="   /* one or more: the program, its arguments */
#define PROCESS_ENV   "env="   /* any number: NAME=VALUE */
#define PROCESS_CWD   "cwd="   /* once: an absolute path */
#define PROCESS_UID   "uid="   /* once: decimal */
#define PROCESS_GID   "gid="   /* once: decimal */
#define PROCESS_GROUP "group=" /* any number: supplementary groups */
#define PROCESS_TCP   "tcp="   /* ascending: ports of TCP servers, 1 to 65535 */

enum {
	PROCESS_FILE_MAX = 4 << 20, /* bytes of the file, also of cmd and env */
	PROCESS_GROUPS_MAX = 1024,
	PROCESS_PORTS_MAX = 16,
};
