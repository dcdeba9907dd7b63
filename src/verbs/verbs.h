/*
 * The verbs: one file a verb, which ends with its `const struct cmd`, and here
 * the list of them. Other headers of this folder are what verbs share.
 */
#pragma once

#include "cli/cmd.h"

extern const struct cmd cmd_help, cmd_version, cmd_completion;
extern const struct cmd cmd_build;
extern const struct cmd cmd_describe, cmd_pcr, cmd_repack, cmd_unpack;
extern const struct cmd cmd_init, cmd_run;
extern const struct cmd cmd_simulate, cmd_nsm, cmd_resign;
extern const struct cmd cmd_sign_eif;
extern const struct cmd cmd_ramdisk;
extern const struct cmd cmd_explain, cmd_pcrs, cmd_verify;
extern const struct cmd cmd_describe_eif, cmd_build_enclave;
extern const struct cmd cmd_run_enclave, cmd_describe_enclaves;
extern const struct cmd cmd_console, cmd_terminate_enclave;

extern const struct topic topics[]; /* ends with a NULL name */
extern const struct program veraclave;
