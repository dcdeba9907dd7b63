/* Files of one user, in a directory that no other user can enter. */
#pragma once

#include "base/err.h"

/* Makes the directory if it does not exist. *fd holds an exclusive lock on it
 * until it is closed. Fails with ERR_REFUSED if another user owns it or has any
 * right there. */
MUST_USE bool private_dir(const char *path, int *fd, struct err *e);
/* Makes a log file that is only appended to; the name must not exist. */
MUST_USE bool private_log(const char *path, int *fd, struct err *e);
/* Whether we own the open file. */
bool private_is_ours(int fd);
