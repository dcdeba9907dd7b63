/*
 * The root file system of the application, and what programs expect in it.
 */
#pragma once

#include "spec.h"

/* Makes /rootfs the root directory, as AWS's init does: a bind mount on
 * itself, moved over /, then chroot. */
void root_switch(void);

/* Makes the mounts and links that Docker gives a container: /proc, /sys, /dev
 * with pts, shm and the standard links, /run, cgroup2; /tmp as 1777. */
void root_furnish(void);

/* Brings up the loopback interface: 127.0.0.1/8 and ::1. */
void root_loopback(void);

/* Gives files their capabilities, never through a symbolic link. */
void root_apply_caps(char *text, size_t n);
