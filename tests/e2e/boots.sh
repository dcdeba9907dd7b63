#!/bin/sh
# timeout: 900
# Images that boot in Debian's own QEMU: [ingress], an ordinary TCP server that
# is reached through vsock; the demo's answer; and the boot stack is the one that
# is written down.
. "$TOP/tests/lib.sh"

# Kernel and init of this source; skips the case when there is no kernel yet.
boot_side() {
  if [ "$(uname -m)" != x86_64 ]; then
    skip "the kernel is built on x86_64 only"
  elif ! "$TOP/kernel/build" --have >/dev/null 2>&1; then
    skip "our kernel is not built here (make boot)"
  else
    "$TOP/tools/boot-dir" "$PWD/boot" || bad "no boot side"
    return 0
  fi
  return 1
}

mkdir -p app/rootfs
cat >app/enclave.toml <<'END'
[source]
rootfs = "rootfs"
[process]
entrypoint = ["/server"]
user = "1000"
[ingress]
tcp = [7001, 7000]
END

begin an_unmodified_tcp_server_is_reached
if need qemu-system-x86_64 gcc python3 && boot_side; then
  cat >server.c <<'END'
/* Knows nothing of vsock: reads to the end of what a client sends, then says
 * how much it was and what, and gives back more than any buffer holds. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

/* As the enclave's parent does, from inside: this many can be open at once. */
static int
call(void)
{
	struct sockaddr_vm to = { .svm_family = AF_VSOCK,
				  .svm_cid = VMADDR_CID_LOCAL,
				  .svm_port = 7000 };
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0);

	while (connect(fd, (struct sockaddr *)&to, sizeof to))
		usleep(100000);
	return fd;
}

static void
look_at_the_bound(void)
{
	struct pollfd late = { .events = POLLIN };
	int held[256];

	for (int i = 0; i < 256; i++)
		held[i] = call();
	late.fd = call();
	shutdown(late.fd, SHUT_WR);
	printf("bound: %s ", poll(&late, 1, 2000) ? "none" : "waits");
	for (int i = 0; i < 256; i++)
		close(held[i]);
	printf("%s\n", poll(&late, 1, 60000) == 1 ? "answered" : "lost");
}

int
main(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(7000),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	static char bytes[65536];
	int on = socket(AF_INET, SOCK_STREAM, 0), fd;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	sleep(1);
	if (bind(on, (struct sockaddr *)&at, sizeof at) || listen(on, 64))
		return 1;
	if (!fork()) {
		look_at_the_bound();
		return 0;
	}
	while ((fd = accept(on, NULL, NULL)) >= 0) {
		unsigned long long n = 0, sum = 0;
		ssize_t got;

		if (fork()) {
			close(fd);
			continue;
		}
		while ((got = read(fd, bytes, sizeof bytes)) > 0) {
			for (ssize_t i = 0; i < got; i++)
				sum = sum * 31 + (unsigned char)bytes[i];
			n += (unsigned long long)got;
		}
		dprintf(fd, "%llu %llu\n", n, sum);
		memset(bytes, 'x', sizeof bytes);
		for (int i = 0; n && i < 16; i++)
			if (write(fd, bytes, sizeof bytes) <= 0)
				return 1;
		return 0;
	}
	return 1;
}
END
  cat >client.py <<'END'
import random, re, socket, subprocess, sys, threading, time

run = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL,
                       stdout=open("console", "w"), stderr=open("said", "w"))
end = time.monotonic() + 240


def ports():
    while time.monotonic() < end and run.poll() is None:
        found = re.findall(r"127\.0\.0\.1:(\d+) is forwarded", open("said").read())
        if len(found) == 2:
            return [int(f) for f in found]
        time.sleep(0.1)
    sys.exit("run forwards no ports: " + open("said").read())


def call(port):
    s = socket.create_connection(("127.0.0.1", port), 120)
    s.settimeout(120)
    return s


def talk(n, seed):
    """All of it there, its end passed on, the answer back in full."""
    data = random.Random(seed).randbytes(n)
    total = 0
    for b in data:
        total = (total * 31 + b) % 2 ** 64
    with call(tcp) as s:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        got = b""
        while piece := s.recv(65536):
            got += piece
    line, _, rest = got.partition(b"\n")
    assert line == b"%d %d" % (n, total), (n, line)
    assert rest == b"x" * (65536 * 16 if n else 0), (n, len(rest))


def attempt(failed, n, seed):
    try:
        talk(n, seed)
    except (AssertionError, OSError) as e:
        failed.append((n, repr(e)))


try:
    tcp, closed = ports()
    while True:  # refused as long as the server does not listen
        failed = []
        attempt(failed, 1, 0)
        if not failed:
            break
        assert time.monotonic() < end and run.poll() is None, failed
        time.sleep(0.2)
    while "bound:" not in open("console").read():
        assert time.monotonic() < end and run.poll() is None, "no bound"
        time.sleep(0.1)
    for n in 0, 16383, 16384, 16385, 1 << 20:
        talk(n, n)
    # nothing listens on the other port: it is not opened
    try:
        with call(closed) as s:
            assert s.recv(1) == b""
    except ConnectionError:
        pass
    # callers that go at once, in the middle, and with the answer unread
    for i in range(60):
        with call(tcp) as s:
            if i % 3:
                s.sendall(b"y" * 1000)
            if i % 3 == 2:
                s.shutdown(socket.SHUT_WR)
                s.recv(1)
    failed = []
    many = [threading.Thread(target=attempt, args=(failed, 5000 + i, i))
            for i in range(40)]
    held = [call(tcp) for _ in range(100)]
    for t in many:
        t.start()
    for t in many:
        t.join()
    for s in held:
        s.close()
    assert not failed, failed[:3]
    talk(100000, 7)
finally:
    run.terminate()
    run.wait(60)
END
  gcc -O1 -static -o app/rootfs/server server.c
  run "$VERACLAVE" build app --boot-dir boot -o x.eif
  want 0
  run python3 client.py "$VERACLAVE" run x.eif --machine microvm \
    --timeout 300 -p 0:7000 -p 0:7001
  want 0
  grep -v '^\[' console
  has console "veraclave-init: vsock port 7000 leads to 127.0.0.1:7000"
  hasnt console "vsock port 7001 leads"
  has console "bound: waits answered"
fi
end

begin until_ready_waits_for_the_ports
if need qemu-system-x86_64 gcc && boot_side; then
  cat >listen.c <<'END'
/* Listens on TCP; with an argument it ends at once. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(7000),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = socket(AF_INET, SOCK_STREAM, 0);

	(void)argv;
	if (argc > 1)
		return 0;
	sleep(2);
	if (bind(on, (struct sockaddr *)&at, sizeof at) || listen(on, 8))
		return 1;
	for (;;)
		close(accept(on, NULL, NULL));
}
END
  mkdir -p ready/rootfs
  gcc -O1 -static -o ready/rootfs/listen listen.c
  ready() { # ready FILE ENTRYPOINT [INGRESS]
    printf '[source]\nrootfs = "rootfs"\n[process]\nentrypoint = [%s]\n%s\n' \
      "$2" "$3" >ready/enclave.toml
    run "$VERACLAVE" build ready --boot-dir boot -o "$1"
    want 0
  }
  ready tcp.eif '"/listen"' '[ingress]
tcp = [7000]'
  run "$VERACLAVE" run tcp.eif --machine microvm --until-ready --timeout 200 \
    -p 0:7000
  want 0
  has err "the enclave is up after"
  has err "ready after"
  # the same program, and nothing that leads vsock to it
  ready vsock.eif '"/listen"' ''
  run "$VERACLAVE" run vsock.eif --machine microvm --until-ready --timeout 40 \
    -p 0:7000
  want 4
  has err "nothing listens on vsock port 7000 of the enclave yet"
  [ "$(grep -c "veraclave: nothing listens" err)" = 1 ] || bad "not said once"
  has err "not ready after 40 s: vsock port 7000 of the enclave refuses"
  has err '[ingress] tcp = [7000]'
  ready ends.eif '"/listen", "x"' ''
  run "$VERACLAVE" run ends.eif --machine microvm --until-ready --timeout 200 \
    -p 0:7000
  want 1
  has err "before it was ready"
fi
end

begin the_demo_shows_the_answer
if need qemu-system-x86_64 gcc make python3 && boot_side; then
  cp -r "$TOP/examples/hello" hello
  make -s -C hello
  "$VERACLAVE" build hello --boot-dir boot -o hello.eif 2>build.err ||
    bad "$(cat build.err)"
  # a cache without our QEMU: Debian's own is all there is
  run env XDG_CACHE_HOME=$PWD/nothing python3 "$TOP/examples/boot.py" \
    "$VERACLAVE" hello.eif hello.pcrs.json
  want 0
  cat out err
  if ! grep -q "measured the image" out; then
    has out "in its machine microvm, where it starts and"
  fi
  has out "answered"
  has out "  Hello from an enclave"
  hasnt out "console"
  # an enclave that ends without an answer is told, with its last lines
  printf '[source]\nrootfs = "rootfs"\n[process]\n' >hello/enclave.toml
  echo 'entrypoint = ["/hello", "x"]' >>hello/enclave.toml
  printf 'int main(void) { return 7; }' | gcc -xc -static -o hello/rootfs/hello -
  "$VERACLAVE" build hello --boot-dir boot -o ends.eif 2>build.err ||
    bad "$(cat build.err)"
  run env XDG_CACHE_HOME=$PWD/nothing python3 "$TOP/examples/boot.py" \
    "$VERACLAVE" ends.eif ends.pcrs.json
  want 1
  has err "no answer to GET /"
  has err "veraclave-init: application exited with status 7"
fi
end

begin the_boot_stack_is_the_one_that_is_written_down
if boot_side; then
  kernel=$("$TOP/kernel/build" --have)
  grep -E '^(source|gcc|ld|gzip|machine) ' "$TOP/kernel/stack" >want
  grep -E '^(source|gcc|ld|gzip|machine) ' "$kernel/inputs" >got
  if ! cmp -s want got; then
    skip "made with other versions than kernel/stack says"
  else
    printf '\177ELF' >app/rootfs/server
    run "$VERACLAVE" build app --boot-dir boot -o stack.eif
    want 0
    run "$VERACLAVE" describe stack.eif
    want 0
    pcr1=$(sed -n 's/^pcr1 //p' "$TOP/kernel/stack")
    has out "\"PCR1\": \"$pcr1\""
    has out "veraclave boot stack $(sed -n 's/^stack //p' "$TOP/kernel/stack")"
  fi
fi
end

begin the_order_of_ports_is_not_measured
"$TOP/enclave/init/build" "$PWD/init" || bad "init does not compile"
# an init of before: the same length, another name for the second edition
sed 's,veraclave-process/2,veraclave-process/0,' init >old
python3 "$TOP/tests/trees.py" kernel kernel
: >app/rootfs/server
chmod 755 app/rootfs/server
parts="--kernel kernel --cmdline quiet"
pcr2() {
  sed -n 's/.*"2": *"\([0-9a-f]*\)".*/\1/p' "$1"
}
if [ "$(uname -m)" != x86_64 ]; then
  skip "the stand-in for a kernel is of x86_64"
else
  "$VERACLAVE" build app $parts --init init -o a.eif >/dev/null 2>&1
  sed -i 's/7001, 7000/7000, 7001/' app/enclave.toml
  "$VERACLAVE" build app $parts --init init -o b.eif >/dev/null 2>&1
  sed -i 's/, 7001//' app/enclave.toml
  "$VERACLAVE" build app $parts --init init -o c.eif >/dev/null 2>&1
  same a.eif b.eif
  [ -n "$(pcr2 a.pcrs.json)" ] || bad "no PCR2"
  [ "$(pcr2 a.pcrs.json)" != "$(pcr2 c.pcrs.json)" ] || bad "not measured"
fi
end

begin an_init_that_cannot_is_refused
if [ "$(uname -m)" != x86_64 ]; then
  skip "the stand-in for a kernel is of x86_64"
else
  run "$VERACLAVE" build app $parts --init old -o d.eif
  want 3
  has err "does not know [ingress]"
  [ ! -e d.eif ] || bad "written all the same"
  run "$VERACLAVE" build app $parts --init init --profile nitro-cli -o d.eif
  want 3
  has err "nitro-cli does not contain"
fi
end
