/*
 * Looks up USER of an image configuration in the image as runc does
 * (moby/sys/user, GetExecUser).
 */
#pragma once

#include "codec/process_format.h"
#include "tree/tree.h"

struct account {
	uint32_t uid, gid;
	struct span home; /* "/" if the image names no home */
	uint32_t groups[PROCESS_GROUPS_MAX]; /* gid first, each once */
	size_t group_count;
};

/*
 * spec: "", "name", "uid", either with ":name" or ":gid"; digits are always a
 * number. An empty user is uid 0. The first line of etc/passwd with that name
 * or uid gives the group, the first with the resulting uid the home; without
 * ":group" the lines of etc/group that name the user give more groups. A
 * number may be missing in the files, a name may not: ERR_INPUT
 * "process-user".
 */
MUST_USE bool account_find(const struct tree *t, struct span spec,
			   struct arena *a, struct account *out, struct err *e);
