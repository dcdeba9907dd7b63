/* Files of one user, in a directory that nobody else can enter. */
#pragma once

#include "base/err.h"

/* Makes it when it is not there. *fd has its exclusive lock until it is closed.
 * ERR_REFUSED when it is not ours or others have any right there. */
MUST_USE bool private_dir(const char *path, int *fd, struct err *e);
/* A new file that only grows; none of that name may exist. */
MUST_USE bool private_log(const char *path, int *fd, struct err *e);
/* Is the open file ours? */
bool private_is_ours(int fd);
