/* Wrappers of the system calls in this folder (base/fault_kit.h). meson.build
 * lists the same names. The headers map some names in the code to those with 64
 * and __NAME_2. */
#include "base/fault_kit.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

FAULT_WRAP(ssize_t, -1, read, (int fd, void *p, size_t n), (fd, p, n))
FAULT_WRAP(ssize_t, -1, pread64, (int fd, void *p, size_t n, off_t at),
	   (fd, p, n, at))
FAULT_WRAP(ssize_t, -1, write, (int fd, const void *p, size_t n), (fd, p, n))
FAULT_WRAP(ssize_t, -1, pwrite64, (int fd, const void *p, size_t n, off_t at),
	   (fd, p, n, at))
FAULT_WRAP(int, -1, fsync, (int fd), (fd))
FAULT_WRAP(int, -1, ftruncate64, (int fd, off_t n), (fd, n))
FAULT_WRAP(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
FAULT_WRAP(int, -1, fstat64, (int fd, struct stat *st), (fd, st))
FAULT_WRAP(int, -1, stat64, (const char *p, struct stat *st), (p, st))
FAULT_WRAP(int, -1, __open64_2, (const char *p, int flags), (p, flags))
FAULT_WRAP(int, -1, __openat64_2, (int dir, const char *p, int flags),
	   (dir, p, flags))
FAULT_WRAP(int, -1, rename, (const char *from, const char *to), (from, to))
FAULT_WRAP(int, -1, unlink, (const char *p), (p))
FAULT_WRAP(int, -1, linkat,
	   (int a, const char *from, int b, const char *to, int flags),
	   (a, from, b, to, flags))
FAULT_WRAP(int, -1, mkdir, (const char *p, mode_t mode), (p, mode))
FAULT_WRAP(int, -1, mkostemp64, (char *p, int flags), (p, flags))
FAULT_WRAP(char *, NULL, mkdtemp, (char *p), (p))
FAULT_WRAP(ssize_t, -1, getrandom, (void *p, size_t n, unsigned flags),
	   (p, n, flags))
FAULT_WRAP(DIR *, NULL, fdopendir, (int fd), (fd))
FAULT_WRAP(struct dirent *, NULL, readdir64, (DIR * d), (d))
FAULT_WRAP(int, -1, pipe2, (int fd[2], int flags), (fd, flags))
FAULT_WRAP(pid_t, -1, fork, (void), ())
FAULT_WRAP(int, -1, dup2, (int from, int to), (from, to))
FAULT_WRAP(int, -1, chdir, (const char *p), (p))
FAULT_WRAP(int, -1, execvp, (const char *p, char *const argv[]), (p, argv))
FAULT_WRAP(int, -1, poll, (struct pollfd * f, nfds_t n, int ms), (f, n, ms))
FAULT_WRAP(int, -1, __poll_chk,
	   (struct pollfd * f, nfds_t n, int ms, size_t room), (f, n, ms, room))
FAULT_WRAP(pid_t, -1, waitpid, (pid_t pid, int *got, int flags),
	   (pid, got, flags))
FAULT_WRAP(int, -1, signalfd, (int fd, const sigset_t *set, int flags),
	   (fd, set, flags))
FAULT_WRAP(int, -1, socket, (int family, int type, int protocol),
	   (family, type, protocol))
FAULT_WRAP(int, -1, bind, (int fd, const struct sockaddr *a, socklen_t n),
	   (fd, a, n))
FAULT_WRAP(int, -1, listen, (int fd, int n), (fd, n))
FAULT_WRAP(int, -1, connect, (int fd, const struct sockaddr *a, socklen_t n),
	   (fd, a, n))
FAULT_WRAP(int, -1, accept4,
	   (int fd, struct sockaddr *a, socklen_t *n, int flags),
	   (fd, a, n, flags))

/* These return the errno instead of setting it. */
FAULT_WRAP(int, fault_sys(), pthread_create,
	   (pthread_t * t, const pthread_attr_t *a, void *(*run)(void *),
	    void *self),
	   (t, a, run, self))

/* These take further arguments. */
static bool
makes(int flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

int __real_open64(const char *path, int flags, mode_t mode);
int __wrap_open64(const char *path, int flags, ...);
int
__wrap_open64(const char *path, int flags, ...)
{
	va_list ap;
	va_start(ap, flags);
	mode_t mode = makes(flags) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return fault_now("open64") ? -1 : __real_open64(path, flags, mode);
}

int __real_openat64(int dir, const char *path, int flags, mode_t mode);
int __wrap_openat64(int dir, const char *path, int flags, ...);
int
__wrap_openat64(int dir, const char *path, int flags, ...)
{
	va_list ap;
	va_start(ap, flags);
	mode_t mode = makes(flags) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return fault_now("openat64") ? -1
				     : __real_openat64(dir, path, flags, mode);
}

int __real_fcntl64(int fd, int what, long arg);
int __wrap_fcntl64(int fd, int what, ...);
int
__wrap_fcntl64(int fd, int what, ...)
{
	va_list ap;
	va_start(ap, what);
	long arg = va_arg(ap, long);
	va_end(ap);
	return fault_now("fcntl64") ? -1 : __real_fcntl64(fd, what, arg);
}

/* openat2 has four arguments, and the other calls have at most five. */
long __real_syscall(long nr, long a, long b, long c, long d, long e);
long __wrap_syscall(long nr, long a, long b, long c, long d, long e);
long
__wrap_syscall(long nr, long a, long b, long c, long d, long e)
{
	return fault_now("syscall") ? -1 : __real_syscall(nr, a, b, c, d, e);
}
