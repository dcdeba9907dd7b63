#!/bin/sh
# Ctrl-C while the kernel is compiled: the compiling ends, and nothing stays;
# what a killed build left goes with the next one; how far it is.
. "$TOP/tests/lib.sh"

mkdir bin source result
echo 1 >source/Makefile
tar -cJf source.tar.xz source

# A make that configures normally and never ends compiling. Like the real one
# it ends on SIGTERM, and on Ctrl-C unless that was ignored when it began.
cat >bin/make <<'END'
#!/usr/bin/env python3
import os, sys, time
for arg in sys.argv[1:]:
    if arg.startswith("KCONFIG_ALLCONFIG="):
        with open(arg.split("=", 1)[1]) as f, open(".config", "w") as out:
            out.writelines(l for l in f if not l.endswith("=n\n"))
        sys.exit(0)
top = os.environ["SCRATCH"]
if os.environ.get("FAKE") == "fails":
    sys.exit(1)
if os.environ.get("FAKE") == "half":
    print("  CC  x.o\n" * 697, end="", flush=True)
n = 0
while True:
    os.makedirs("arch/%d" % n, exist_ok=True)
    open("arch/%d/x.o" % n, "w").close()
    n += 1
    if n == 20:
        with open(top + "/compiling.new", "w") as f:
            f.write(str(os.getpid()))
        os.rename(top + "/compiling.new", top + "/compiling")
    time.sleep(0.01)
END
chmod 755 bin/make

begin interrupted_while_it_compiles
if [ "$(uname -m)" != x86_64 ]; then
  skip "the kernel is built on x86_64 only"
elif need gcc ld flex bison bc xz flock python3; then
  # as in a terminal: the signal goes to all that the command started
  run env SCRATCH=$PWD PATH=$PWD/bin:$PATH VERACLAVE_KERNEL_OUT=$PWD/result/kernel \
    VERACLAVE_LINUX_SOURCE=$PWD/source.tar.xz \
    python3 - "$TOP/kernel/build" <<'P'
import os, signal, subprocess, sys, time
p = subprocess.Popen(sys.argv[1:], start_new_session=True, preexec_fn=lambda:
                     signal.signal(signal.SIGINT, signal.SIG_DFL))
for _ in range(600):
    if os.path.exists("compiling") or p.poll() is not None:
        break
    time.sleep(0.1)
os.killpg(p.pid, signal.SIGINT)
try:
    sys.exit(p.wait(60))
except subprocess.TimeoutExpired:
    os.killpg(p.pid, signal.SIGKILL)
    sys.exit("it did not end")
P
  want 130
  [ -s compiling ] || bad "it did not come as far as compiling"
  kill -9 "$(cat compiling)" 2>/dev/null && bad "the compiling goes on"
  [ -z "$(ls result | grep -v '^kernel.lock$')" ] || bad "left: $(ls result)"
fi
end

# kernel_build SECONDS [NAME=VALUE...]: killed like a machine that goes down
# once it compiles, and SECONDS later.
kernel_build() {
  kernel_wait=$1
  shift
  rm -f compiling
  run env "$@" SCRATCH=$PWD PATH=$PWD/bin:$PATH \
    VERACLAVE_KERNEL_OUT=$PWD/result/kernel \
    VERACLAVE_LINUX_SOURCE=$PWD/source.tar.xz \
    python3 - "$TOP/kernel/build" $kernel_wait <<'P'
import os, signal, subprocess, sys, time
p = subprocess.Popen(sys.argv[1:2], start_new_session=True)
for _ in range(600):
    if os.path.exists("compiling") or p.poll() is not None:
        break
    time.sleep(0.1)
time.sleep(float(sys.argv[2]))
try:
    os.killpg(p.pid, signal.SIGKILL)
except ProcessLookupError:
    pass
sys.exit(p.wait() & 255)
P
}

begin what_a_killed_build_left_is_swept
if [ "$(uname -m)" != x86_64 ]; then
  skip "the kernel is built on x86_64 only"
elif need gcc ld flex bison bc xz flock python3; then
  kernel_build 0
  set -- result/kernel-??????
  [ -d "$1/src" ] || bad "there is nothing to sweep: $(ls result)"
  # in use by another build; too young to tell; others' things
  mkdir result/kernel-inuse1 result/kernel-young1 result/kernel-oldold \
    result/qemu-others result/kernel-0123456789abcdef0123
  touch -d '3 days ago' result/kernel-oldold
  flock result/kernel-inuse1/lock sleep 20 &
  until ! flock -n result/kernel-inuse1/lock true 2>/dev/null; do
    sleep 0.1
  done
  kernel_build 0 FAKE=fails
  want 4
  has err "compiling failed"
  kill $! 2>/dev/null
  left=$(ls result | tr '\n' ' ')
  [ "$left" = "kernel-0123456789abcdef0123 kernel-inuse1 kernel-young1 kernel.lock qemu-others " ] ||
    bad "left: $left"
fi
end

begin it_says_how_far_it_is
if [ "$(uname -m)" != x86_64 ]; then
  skip "the kernel is built on x86_64 only"
elif need gcc ld flex bison bc xz flock python3; then
  kernel_build 16 FAKE=half
  grep -q -E '^kernel: (4[0-9]|5[0-9]) % \(697 of [0-9]+ steps\) in 1' err ||
    bad "it does not say how far it is: $(cat err)"
fi
end
