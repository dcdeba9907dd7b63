/* A client of /dev/nsm in C that knows the device and nothing of us: the
 * requests are written out by hand. client DOCUMENT */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

struct raw {
	uint64_t request, request_n, response, response_n;
};
#define NSM_RAW _IOWR(0x0a, 0, struct raw)

static uint8_t answer[0x3000];

static size_t
ask(int fd, const char *request, size_t n)
{
	struct raw r = { (uintptr_t)request, n, (uintptr_t)answer,
			 sizeof answer };
	if (ioctl(fd, NSM_RAW, &r) != 0) {
		perror("ioctl");
		exit(1);
	}
	return (size_t)r.response_n;
}

static void
expect(const char *what, size_t got, const char *want, size_t n)
{
	if (got < n || memcmp(answer, want, n) != 0) {
		fprintf(stderr, "%s: another answer\n", what);
		exit(1);
	}
}

#define ASK(fd, s)   ask((fd), (s), sizeof(s) - 1)
#define EXPECT(n, w) expect(w, (n), (w), sizeof(w) - 1)
#define EXTEND_16           \
	"\xa1\x69"          \
	"ExtendPCR\xa2\x65" \
	"index\x10\x64"     \
	"data\x44"          \
	"abcd"

int
main(int argc, char **argv)
{
	int fd = open("/dev/nsm", O_RDWR);
	if (fd < 0 || argc != 2) {
		perror("/dev/nsm");
		return 1;
	}
	EXPECT(ASK(fd, "\x6b"
		       "DescribeNSM"),
	       "\xa1\x6b"
	       "DescribeNSM\xa7");
	EXPECT(ASK(fd, EXTEND_16), "\xa1\x69"
				   "ExtendPCR\xa1\x64"
				   "data\x58\x30");
	EXPECT(ASK(fd, "\xa1\x67"
		       "LockPCR\xa1\x65"
		       "index\x10"),
	       "\x67LockPCR");
	EXPECT(ASK(fd, EXTEND_16), "\xa1\x65"
				   "Error\x6d"
				   "ReadOnlyIndex");
	size_t n = ASK(fd, "\xa1\x6b"
			   "Attestation\xa3\x69"
			   "user_data\xf6\x65"
			   "nonce\x45"
			   "nonce\x6a"
			   "public_key\xf6");
	EXPECT(n, "\xa1\x6b"
		  "Attestation\xa1\x68"
		  "document\x59");
	/* 26 bytes are in front, two of them the length */
	size_t len = (size_t)answer[24] << 8 | answer[25];
	FILE *f = fopen(argv[1], "wb");
	if (n != 26 + len || !f || fwrite(answer + 26, 1, len, f) != len)
		return 1;
	return fclose(f) != 0;
}
