/* The list of verbs, in the order in which help shows them. */
#include "verbs/verbs.h"

/* clang-format off */
static const struct cmd *const cmds[] = {
	&cmd_init,
	&cmd_build,
	&cmd_ramdisk,
	&cmd_repack,
	&cmd_sign_eif,
	&cmd_describe,
	&cmd_pcr,
	&cmd_unpack,
	&cmd_pcrs,
	&cmd_verify,
	&cmd_explain,
	&cmd_run,
	&cmd_simulate,
	&cmd_nsm,
	&cmd_resign,
	&cmd_build_enclave,
	&cmd_describe_eif,
	&cmd_run_enclave,
	&cmd_describe_enclaves,
	&cmd_console,
	&cmd_terminate_enclave,
	&cmd_help,
	&cmd_version,
	&cmd_completion,
	NULL,
};
/* clang-format on */

const struct program veraclave = { .cmds = cmds, .topics = topics };
