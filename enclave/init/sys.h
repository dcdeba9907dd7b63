/*
 * The system calls that init needs, made directly.
 *
 * PCR0 and PCR1 measure init, so its bytes should depend on as little as
 * possible: it uses no C library and no start files, only this folder, the
 * kernel's own headers and the compiler. That also makes it small (about 20 kB
 * instead of the 800 kB of a static glibc program).
 *
 * Every call returns what the kernel returns: a negative errno on failure. Only
 * calls that x86_64 and aarch64 share are used.
 */
#pragma once

#include <asm/unistd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
static inline long
sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
			   "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}
#elif defined(__aarch64__)
static inline long
sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}
#else
#error "init knows x86_64 and aarch64"
#endif

#define SYS0(n)       sys6(__NR_##n, 0, 0, 0, 0, 0, 0)
#define SYS1(n, a)    sys6(__NR_##n, (long)(a), 0, 0, 0, 0, 0)
#define SYS2(n, a, b) sys6(__NR_##n, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYS3(n, a, b, c) \
	sys6(__NR_##n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYS4(n, a, b, c, d) \
	sys6(__NR_##n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define SYS5(n, a, b, c, d, e) \
	sys6(__NR_##n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define SYS6(n, a, b, c, d, e, f)                                             \
	sys6(__NR_##n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), \
	     (long)(f))

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* A signal set as the kernel has it: bit n - 1 is signal n. */
typedef uint64_t sigbits;
#define SIG_ALL (~(sigbits)0)

/* Reads a whole file into new memory and adds a NUL byte. Returns its size, or
 * a negative errno; -EFBIG above `max` bytes. */
long sys_slurp(const char *path, size_t max, char **out);

/* Returns new zeroed memory, NULL if there is none. It is never freed. */
void *sys_alloc(size_t bytes);
