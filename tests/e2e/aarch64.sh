#!/bin/sh
# Init, its parsers and an example for aarch64: cross-compiled, and run by
# QEMU's user mode on this machine.
. "$TOP/tests/lib.sh"

cc=aarch64-linux-gnu-gcc
arm() {
  need $cc qemu-aarch64 file python3 || return 1
  echo 'int main(void) { return 0; }' >try.c
  if ! $cc -static try.c -o try 2>try.err; then
    skip "$cc cannot link a static program: $(head -n 1 try.err)"
    return 1
  fi
}

# In namespaces: init's mounts and its restart of the machine stay there.
contained() {
  if ! unshare --user --map-root-user --mount --pid --fork true 2>why; then
    confined "a mount namespace" why
    return 1
  fi
}

begin init_starts_and_says_why_it_cannot_go_on
if arm && contained; then
  run env VERACLAVE_INIT_CC=$cc "$TOP/enclave/init/build" "$PWD/init"
  want 0
  run file init
  has out "ARM aarch64"
  has out "statically linked"
  run timeout 60 unshare --user --map-root-user --mount --pid --fork \
    --kill-child sh -c 'mount -t tmpfs none /dev && exec qemu-aarch64 ./init'
  has err "veraclave-init: cannot mount devtmpfs on /dev: not permitted"
  [ $status != 0 ] || bad "it ended as if all were well"
fi
end

begin the_parsers_pass_their_tests
if arm; then
  $cc -static -std=c17 -O2 -D_GNU_SOURCE -I "$TOP/src" -I "$TOP/enclave/init" \
    -DTEST_SOURCE_DIR="\"$TOP/enclave/init\"" -o spec_test \
    "$TOP"/enclave/init/spec.c "$TOP"/enclave/init/spec_test.c \
    $(ls "$TOP"/src/base/*.c | grep -v -e _test.c -e _fuzz.c -e fuzz_) \
    >cc.log 2>&1 || bad "$(tail -n 20 cc.log)"
  run qemu-aarch64 ./spec_test
  want 0
  has out "ok process_with_ports"
  hasnt out "not ok"
fi
end

begin the_example_serves
if arm && contained; then
  cp -r "$TOP/examples/hello" hello
  make -s -C hello CC=$cc
  run file hello/rootfs/hello
  has out "ARM aarch64"
  # a network of its own: port 8080 may be taken here
  run timeout 120 unshare --user --map-root-user --net python3 - <<'P'
import fcntl, socket, struct, subprocess, sys, time, urllib.request
s = socket.socket()
fcntl.ioctl(s, 0x8914, struct.pack("16sh22x", b"lo", 1))  # SIOCSIFFLAGS, up
p = subprocess.Popen(["qemu-aarch64", "hello/rootfs/hello"])
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for _ in range(300):
    try:
        print(opener.open("http://127.0.0.1:8080/", timeout=30).read().decode())
        break
    except OSError:
        if p.poll() is not None:
            break
        time.sleep(0.1)
p.kill()
P
  want 0
  has out "Hello from an enclave"
fi
end

begin an_image_is_built_from_them
if arm; then
  mkdir -p a/rootfs
  VERACLAVE_INIT_CC=$cc "$TOP/enclave/init/build" "$PWD/init" ||
    bad "init does not compile"
  cp try a/rootfs/server
  # the header of an arm64 Image: text offset, magic
  python3 - <<'P'
import struct
open("Image", "wb").write(struct.pack("<8xQ40x4s4096x", 0x80000, b"ARM\x64"))
P
  run "$VERACLAVE" build --from dir:a/rootfs --entrypoint /server \
    --arch aarch64 --kernel Image --init init --cmdline quiet -o arm.eif
  want 0
  run "$VERACLAVE" describe arm.eif
  has out aarch64
fi
end
