/* The filter: which system calls are reported to us. In classic BPF,
 * seccomp(2). */
#include "sys/notify_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "which AUDIT_ARCH is this?"
#endif

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

#define DENY (SECCOMP_RET_ERRNO | EPERM)

#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Loads the low half of an argument: both machines are little-endian. */
#define LOAD_ARG(i) LOAD(args[i])
#define IF_EQ(v, then, otherwise) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (v), (then), (otherwise))
#define IF_BITS(v, then, otherwise) \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (v), (then), (otherwise))
#define RETURN(v) BPF_STMT(BPF_RET | BPF_K, (v))
/* Notifies us if this is the number. */
#define NOTIFY_IF(nr) IF_EQ((nr), 0, 1), RETURN(SECCOMP_RET_USER_NOTIF)

/* Nine steps: checks a call whose arguments are a process and a signal. */
#define REFUSE_STOP(server, process, number)                        \
	LOAD_ARG(process), IF_EQ((server), 0, 5), LOAD_ARG(number), \
		IF_EQ(SIGSTOP, 4, 0), IF_EQ(SIGTSTP, 3, 0),         \
		IF_EQ(SIGTTIN, 2, 0), IF_EQ(SIGTTOU, 1, 0),         \
		RETURN(SECCOMP_RET_ALLOW), RETURN(DENY)
/* Seven steps: checks ptrace. */
#define REFUSE_TRACE(server)                                           \
	LOAD_ARG(1), IF_EQ((server), 0, 3), LOAD_ARG(0),               \
		IF_EQ(PTRACE_ATTACH, 2, 0), IF_EQ(PTRACE_SEIZE, 1, 0), \
		RETURN(SECCOMP_RET_ALLOW), RETURN(DENY)

static int
install(struct sock_fprog *p, unsigned long flags)
{
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, p);
}

int
notify_filter(uint32_t number, pid_t server)
{
	struct sock_filter f[] = {
		LOAD(arch),
		IF_EQ(ARCH, 1, 0),
		RETURN(SECCOMP_RET_ALLOW),
		LOAD(nr),
		NOTIFY_IF(SYS_openat),
		NOTIFY_IF(SYS_openat2),
		NOTIFY_IF(SYS_faccessat),
		NOTIFY_IF(SYS_faccessat2),
#ifdef SYS_open
		NOTIFY_IF(SYS_open),
		NOTIFY_IF(SYS_access),
		NOTIFY_IF(SYS_stat),
		NOTIFY_IF(SYS_lstat),
#endif
		/* most of these calls are about an open descriptor */
		IF_EQ(SYS_newfstatat, 0, 4),
		LOAD_ARG(3),
		IF_BITS(AT_EMPTY_PATH, 1, 0),
		RETURN(SECCOMP_RET_USER_NOTIF),
		RETURN(SECCOMP_RET_ALLOW),
		IF_EQ(SYS_statx, 0, 4),
		LOAD_ARG(2),
		IF_BITS(AT_EMPTY_PATH, 1, 0),
		RETURN(SECCOMP_RET_USER_NOTIF),
		RETURN(SECCOMP_RET_ALLOW),
		IF_EQ(SYS_ioctl, 0, 4),
		LOAD_ARG(1),
		IF_EQ(number, 0, 1),
		RETURN(SECCOMP_RET_USER_NOTIF),
		RETURN(SECCOMP_RET_ALLOW),
		/* a program that stops the server would wait for it at the next
		 * open */
		IF_EQ(SYS_ptrace, 0, 7),
		REFUSE_TRACE((uint32_t)server),
		IF_EQ(SYS_kill, 2, 0),
		IF_EQ(SYS_tkill, 1, 0),
		IF_EQ(SYS_rt_sigqueueinfo, 0, 9),
		REFUSE_STOP((uint32_t)server, 0, 1),
		IF_EQ(SYS_tgkill, 1, 0),
		IF_EQ(SYS_rt_tgsigqueueinfo, 0, 9),
		REFUSE_STOP((uint32_t)server, 1, 2),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog p = { COUNT(f), f };
	const unsigned long listen = SECCOMP_FILTER_FLAG_NEW_LISTENER;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	/* Once we have received a call, only death may interrupt it. Otherwise
	 * a signal, of which Go sends many, would make the call come twice. */
	int fd = install(&p, listen | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	return fd < 0 && errno == EINVAL ? install(&p, listen) : fd;
}
