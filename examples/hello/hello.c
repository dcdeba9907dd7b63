/*
 * A web server for an enclave, in one static file without dependencies.
 *
 *   GET /       a greeting
 *   GET /pcrs   the measurements of this enclave, as JSON, from /dev/nsm
 *
 * An enclave has no network card: its parent reaches it through vsock. So it
 * listens on vsock port 8080, and on TCP port 8080 as well, which serves
 * other programs inside, and you, when you run it outside of an enclave.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#define PORT        8080
#define REQUEST_MAX 8192

/* One request to the security module: see <linux/nsm.h> of Linux 6.8. */
struct nsm_raw {
	struct {
		uint64_t addr, len;
	} request, response;
};
#define NSM_IOCTL_RAW _IOWR(0x0A, 0, struct nsm_raw)
#define PCR_SIZE      48

/* {"DescribePCR": {"index": n}} in CBOR, for n below 24. */
static const uint8_t ask[] = "\xa1\x6b"
			     "DescribePCR"
			     "\xa1\x65"
			     "index";
/* The answer is {"DescribePCR": {"lock": BOOL, "data": 48 bytes}}; the
 * hardware writes the two keys in this order, QEMU in the other. */
static const uint8_t answer_head[] = "\xa1\x6b"
				     "DescribePCR"
				     "\xa2\x64";
static const uint8_t answer_data[] = "\x64"
				     "data"
				     "\x58\x30";

static bool
read_pcr(int nsm, uint8_t index, uint8_t pcr[PCR_SIZE])
{
	uint8_t request[sizeof ask], response[4096];
	size_t head = sizeof answer_head - 1, mark = sizeof answer_data - 1;
	const uint8_t *at;
	struct nsm_raw raw;

	memcpy(request, ask, sizeof ask - 1);
	request[sizeof ask - 1] = index;
	raw.request.addr = (uintptr_t)request;
	raw.request.len = sizeof request;
	raw.response.addr = (uintptr_t)response;
	raw.response.len = sizeof response;
	if (ioctl(nsm, NSM_IOCTL_RAW, &raw) != 0)
		return false;
	if (raw.response.len > sizeof response || raw.response.len < head ||
	    memcmp(response, answer_head, head) != 0)
		return false;
	at = memmem(response, raw.response.len, answer_data, mark);
	if (!at || at + mark + PCR_SIZE > response + raw.response.len)
		return false;
	memcpy(pcr, at + mark, PCR_SIZE);
	return true;
}

/* The PCRs that an enclave image and its place determine. */
static int
pcrs_json(char *out, size_t room)
{
	static const uint8_t which[] = { 0, 1, 2, 3, 4, 8 };
	int nsm = open("/dev/nsm", O_RDWR | O_CLOEXEC);
	size_t n = 0;

	if (nsm < 0) {
		snprintf(out, room, "{\"error\":\"no /dev/nsm: %s\"}\n",
			 strerror(errno));
		return 503;
	}
	for (size_t i = 0; i < sizeof which; i++) {
		uint8_t pcr[PCR_SIZE];

		if (!read_pcr(nsm, which[i], pcr)) {
			snprintf(out, room,
				 "{\"error\":\"/dev/nsm refused\"}\n");
			close(nsm);
			return 502;
		}
		n += (size_t)snprintf(out + n, room - n, "%s\"PCR%d\":\"",
				      i ? "," : "{", which[i]);
		for (size_t k = 0; k < PCR_SIZE; k++)
			n += (size_t)snprintf(out + n, room - n, "%02x",
					      pcr[k]);
		n += (size_t)snprintf(out + n, room - n, "\"");
	}
	snprintf(out + n, room - n, "}\n");
	close(nsm);
	return 200;
}

static void
respond(int fd, int status, const char *type, const char *body)
{
	char out[4096];
	int n = snprintf(out, sizeof out,
			 "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
			 "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
			 status, status == 200 ? "OK" : "Error", type,
			 strlen(body), body);

	for (int done = 0; done < n;) {
		ssize_t k = write(fd, out + done, (size_t)(n - done));

		if (k <= 0)
			return;
		done += (int)k;
	}
}

/* Reads the head of a request; false when none comes. */
static bool
read_request(int fd, char *in)
{
	size_t n = 0;

	while (n < REQUEST_MAX - 1) {
		ssize_t k = read(fd, in + n, REQUEST_MAX - 1 - n);

		if (k <= 0)
			return false;
		n += (size_t)k;
		in[n] = '\0';
		if (strstr(in, "\r\n\r\n"))
			return true;
	}
	return false;
}

static void
serve(int fd)
{
	struct timeval patience = { .tv_sec = 5 };
	char in[REQUEST_MAX], body[2048];

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (!read_request(fd, in))
		return;
	if (strncmp(in, "GET / ", 6) == 0) {
		respond(fd, 200, "text/plain", "Hello from an enclave\n");
	} else if (strncmp(in, "GET /pcrs ", 10) == 0) {
		int status = pcrs_json(body, sizeof body);

		respond(fd, status, "application/json", body);
	} else {
		respond(fd, 404, "text/plain", "try / or /pcrs\n");
	}
}

static int
listen_on(int family, const void *address, socklen_t size, const char *what)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (fd < 0 || bind(fd, address, size) != 0 || listen(fd, 16) != 0) {
		printf("hello: no %s: %s\n", what, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	printf("hello: listening on %s\n", what);
	return fd;
}

int
main(void)
{
	struct sockaddr_vm vsock = { .svm_family = AF_VSOCK,
				     .svm_cid = VMADDR_CID_ANY,
				     .svm_port = PORT };
	struct sockaddr_in tcp = { .sin_family = AF_INET,
				   .sin_port = htons(PORT) };
	struct pollfd on[2] = { { .events = POLLIN }, { .events = POLLIN } };

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	on[0].fd = listen_on(AF_VSOCK, &vsock, sizeof vsock, "vsock port 8080");
	on[1].fd = listen_on(AF_INET, &tcp, sizeof tcp, "TCP port 8080");
	if (on[0].fd < 0 && on[1].fd < 0)
		return 1;
	for (;;) {
		if (poll(on, 2, -1) < 0)
			continue;
		for (int i = 0; i < 2; i++) {
			int fd = on[i].revents & POLLIN
					 ? accept4(on[i].fd, NULL, NULL,
						   SOCK_CLOEXEC)
					 : -1;

			if (fd < 0)
				continue;
			serve(fd);
			close(fd);
		}
	}
}
