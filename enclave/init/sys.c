/*
 * The program's start, memory, and the few functions that a compiler may call
 * by itself.
 */
#include "sys.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/mman.h>

#ifndef O_RDONLY
#include <asm/fcntl.h>
#endif

int init_main(void);
void init_start(void);

/* The stack is 16-byte aligned here, and a call must keep it so. */
#if defined(__x86_64__)
__asm__(".globl _start\n"
	"_start:\n"
	"	xor %ebp, %ebp\n"
	"	and $-16, %rsp\n"
	"	call init_start\n"
	"	hlt\n");
#else
__asm__(".globl _start\n"
	"_start:\n"
	"	mov x29, #0\n"
	"	mov x30, #0\n"
	"	bl init_start\n"
	"	brk #0\n");
#endif

void
init_start(void)
{
	SYS1(exit_group, init_main());
}

void *memset(void *p, int c, size_t n);
void *memcpy(void *restrict to, const void *restrict from, size_t n);
int memcmp(const void *a, const void *b, size_t n);

void *
memset(void *p, int c, size_t n)
{
	unsigned char *b = p;

	for (size_t i = 0; i < n; i++)
		b[i] = (unsigned char)c;
	return p;
}

void *
memcpy(void *restrict to, const void *restrict from, size_t n)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	for (size_t i = 0; i < n; i++)
		t[i] = f[i];
	return to;
}

int
memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (size_t i = 0; i < n; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

void *
sys_alloc(size_t bytes)
{
	long at = SYS6(mmap, 0, bytes ? bytes : 1, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at < 0 && at > -4096 ? NULL : (void *)at;
}

long
sys_slurp(const char *path, size_t max, char **out)
{
	long fd = SYS4(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	long got = 0;
	size_t n = 0;
	char *p;

	if (fd < 0)
		return fd;
	p = sys_alloc(max + 2); /* pages that are not touched cost nothing */
	if (!p) {
		SYS1(close, fd);
		return -ENOMEM;
	}
	while (n <= max && (got = SYS3(read, fd, p + n, max + 1 - n)) > 0)
		n += (size_t)got;
	SYS1(close, fd);
	if (got < 0)
		return got;
	if (n > max)
		return -EFBIG;
	*out = p;
	return (long)n;
}
