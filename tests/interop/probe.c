/*
 * What a process finds in an enclave, one "probe NAME=VALUE" a line, for
 * tests/interop/run. With operands:
 *
 *   exit N     ends with that status
 *   kill N     ends by that signal
 *   echo       serves vsock port 8080: what comes goes back, until the end
 *   attest [P] asks /dev/nsm for a document with the user data "hello" and the
 *              nonce 00ff; its answer in hex, 32 bytes a line; and what the
 *              parent's port P makes of the document
 *   orphans    leaves children behind, and sees that process 1 collects them
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

extern char **environ;

static void
mode_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		printf("probe mode%s=%o\n", path, st.st_mode & 07777);
	else
		printf("probe mode%s=none\n", path);
}

static void
type_of(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) == 0)
		printf("probe fs%s=%lx\n", path, (unsigned long)fs.f_type);
	else
		printf("probe fs%s=none\n", path);
}

static void
identity(int argc, char **argv)
{
	gid_t groups[32];
	int n = getgroups(32, groups);
	char cwd[256] = "?", host[64] = "?";

	printf("probe uid=%u\nprobe gid=%u\n", getuid(), getgid());
	printf("probe groups=");
	for (int i = 0; i < n; i++)
		printf("%s%u", i ? "," : "", groups[i]);
	printf("\nprobe cwd=%s\n", getcwd(cwd, sizeof cwd) ? cwd : "?");
	gethostname(host, sizeof host);
	printf("probe hostname=%s\n", host);
	for (int i = 0; i < argc; i++)
		printf("probe arg%d=%s\n", i, argv[i]);
	for (char **e = environ; *e; e++)
		printf("probe env.%s\n", *e);
	printf("probe session=%d\n", getsid(0) == getpid());
}

static void
surroundings(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	struct rlimit files;
	char caps[64];
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	sigset_t blocked;

	ioctl(fd, SIOCGIFFLAGS, &lo);
	printf("probe lo=%d\n", (lo.ifr_flags & IFF_UP) != 0);
	getrlimit(RLIMIT_NOFILE, &files);
	printf("probe files=%lu,%lu\n", (unsigned long)files.rlim_cur,
	       (unsigned long)files.rlim_max);
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	printf("probe blocked=%d\n", sigismember(&blocked, SIGTERM));
	printf("probe stderr=%d\n", access("/dev/stderr", W_OK));
	mode_of("/tmp");
	mode_of("/dev/shm");
	mode_of("/run");
	mode_of("/run/kept");
	mode_of("/process");
	mode_of("/init");
	type_of("/proc");
	type_of("/sys");
	type_of("/dev/pts");
	type_of("/dev/shm");
	type_of("/sys/fs/cgroup");
	printf("probe caps=%zd\n",
	       getxattr("/capable", "security.capability", caps, sizeof caps));
}

/* Zombies are entries of /proc in state Z. */
static int
zombies(void)
{
	DIR *d = opendir("/proc");
	int n = 0;

	for (struct dirent *e; d && (e = readdir(d));) {
		char path[300], line[256];
		FILE *f;

		if (e->d_name[0] < '0' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (fgets(line, sizeof line, f) && strstr(line, ") Z "))
			n++;
		fclose(f);
	}
	if (d)
		closedir(d);
	return n;
}

static void
orphans(void)
{
	for (int i = 0; i < 50; i++) {
		if (fork() == 0) {
			if (fork() == 0)
				usleep(20000);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	usleep(500000);
	printf("probe zombies=%d\n", zombies());
}

/* One connection after the other; the first that sends nothing but its end
 * stops the server. */
static void
echo(void)
{
	struct sockaddr_vm at = { .svm_family = AF_VSOCK,
				  .svm_cid = VMADDR_CID_ANY,
				  .svm_port = 8080 };
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
	static char piece[1 << 16];
	size_t total;

	if (bind(fd, (void *)&at, sizeof at) != 0 || listen(fd, 16) != 0)
		exit(9);
	do {
		int c = accept(fd, NULL, NULL);
		ssize_t n;

		total = 0;
		while ((n = read(c, piece, sizeof piece)) > 0) {
			for (ssize_t k, at_ = 0; at_ < n; at_ += k) {
				k = write(c, piece + at_, (size_t)(n - at_));
				if (k <= 0)
					exit(8);
			}
			total += (size_t)n;
		}
		close(c);
		printf("probe echoed=%zu\n", total);
	} while (total);
}

/* One request to the security module: see <linux/nsm.h> of Linux 6.8. */
static size_t
ask(const void *q, size_t n, unsigned char *answer, size_t max)
{
	struct {
		struct {
			const void *p;
			unsigned long n;
		} request;
		struct {
			void *p;
			unsigned long n;
		} response;
	} raw = { { q, n }, { answer, max } };
	int fd = open("/dev/nsm", O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, _IOWR(0x0A, 0, raw), &raw) != 0)
		exit(7);
	close(fd);
	return raw.response.n;
}

/* Sends the document in an answer to a port of the parent, until the end; what
 * comes back, until its end. */
static size_t
resign(unsigned port, const unsigned char *doc, size_t n, unsigned char *out,
       size_t max)
{
	struct sockaddr_vm to = { .svm_family = AF_VSOCK,
				  .svm_cid = 3,
				  .svm_port = port };
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
	size_t got = 0;
	ssize_t k;

	if (connect(fd, (void *)&to, sizeof to) != 0 ||
	    write(fd, doc, n) != (ssize_t)n || shutdown(fd, SHUT_WR) != 0)
		exit(6);
	while ((k = read(fd, out + got, max - got)) > 0)
		got += (size_t)k;
	close(fd);
	return got;
}

static void
print_hex(const char *name, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%s%s%s%02x%s", i % 32 ? "" : "probe ", i % 32 ? "" : name,
		       i % 32 ? "" : "=", p[i],
		       i % 32 == 31 || i + 1 == n ? "\n" : "");
}

static void
attest(unsigned port)
{
	/* {"Attestation": {"user_data": 'hello', "nonce": h'00ff',
	 *                  "public_key": null}} */
	static const char q[] = "\xa1\x6b" "Attestation"
				"\xa3\x69" "user_data" "\x45" "hello"
				"\x65" "nonce" "\x42\x00\xff"
				"\x6a" "public_key" "\xf6";
	static unsigned char answer[0x3000], got[0x4000];
	size_t n = ask(q, sizeof q - 1, answer, sizeof answer);
	const size_t head = 1 + 12 + 1 + 9 + 3; /* of a long byte string */

	print_hex("answer", answer, n);
	if (port == 0 || n < head)
		return;
	n = resign(port, answer + head, n - head, got, sizeof got);
	print_hex("signed", got, n);
	/* What is signed already, and what is nothing. */
	printf("probe again=%zu\n", resign(port, got, n, answer, sizeof answer));
	printf("probe nothing=%zu\n", resign(port, got, 0, answer,
					     sizeof answer));
}

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	identity(argc, argv);
	surroundings();
	if (argc > 1 && strcmp(argv[1], "orphans") == 0)
		orphans();
	if (argc > 1 && strcmp(argv[1], "attest") == 0)
		attest(argc > 2 ? (unsigned)atoi(argv[2]) : 0);
	if (argc > 1 && strcmp(argv[1], "echo") == 0)
		echo();
	if (argc > 2 && strcmp(argv[1], "kill") == 0)
		kill(getpid(), atoi(argv[2]));
	printf("probe done\n");
	return argc > 2 && strcmp(argv[1], "exit") == 0 ? atoi(argv[2]) : 0;
}
