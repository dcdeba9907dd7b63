/*
 * USER of an image configuration, looked up in the image as runc does
 * (moby/sys/user, GetExecUser).
 */
#pragma once

#include "codec/process_format.h"
#include "tree/tree.h"

struct account {
	uint32_t uid, gid;
	struct span home;                    /* "/" when nobody says */
	uint32_t groups[PROCESS_GROUPS_MAX]; /* gid first, each once */
	size_t group_count;
};

/*
 * spec: "", "name", "uid", either with ":name" or ":gid"; digits are always a
 * number. An empty user is uid 0. The first line of etc/passwd with that name
 * or uid gives the group, the first with the resulting uid the home; without
 * ":group" the lines of etc/group that name the user give more groups. A
 * number need not be there, a name must be: ERR_INPUT "process-user".
 */
MUST_USE bool account_find(const struct tree *t, struct span spec,
			   struct arena *a, struct account *out, struct err *e);
