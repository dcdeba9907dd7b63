/* What the files of notify share. Only they include this header. */
#pragma once

#include "sys/notify.h"

#include <linux/seccomp.h>
#include <sys/types.h>

enum { NOTIFY_WAITING = 64, NOTIFY_ANSWER = 1 << 16 };

/* An ioctl that is answered later. */
struct waiting {
	struct seccomp_notif req;
	uint64_t due_ns;
};

struct notify {
	struct notify_plan plan;
	int listener; /* the filter's notifications */
	int signals;
	int device;  /* what the program's descriptors are copies of */
	bool memory; /* device is a memory file: no kcmp here */
	pid_t pid;   /* 0 once its end was seen */
	pid_t self;
	int status;
	bool gone;      /* no process is left under the filter */
	bool strangers; /* we had children before, which we must not end */
	size_t waits;
	struct waiting waiting[NOTIFY_WAITING];
};

/* Installs the filter on this process and returns the listener, or -1 and
 * errno. The filter keeps the processes below it from stopping the process
 * `server`. */
int notify_filter(uint32_t ioctl, pid_t server);
