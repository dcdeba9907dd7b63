#!/bin/sh
# A command that a signal stops has the status that shells expect, and leaves no
# files and processes.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
mkdir bin out.d big
head -c 200000000 /dev/zero >big/data

# This mmdebstrap has a file of its own and a child, as the real one does, and
# removes them when it is stopped. (A shell would sometimes miss a signal,
# because its child has the shell's traps until it executes the program.)
cat >bin/mmdebstrap <<'END'
#!/usr/bin/env python3
import os, signal, subprocess, sys, time
def stop(*_):
    sys.exit(1)
for s in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    signal.signal(s, stop)
mine = os.environ["TMPDIR"] + "/mine"
open(mine, "w").close()
child = subprocess.Popen(["sleep", "60"])
try:
    with open("child", "w") as f:
        f.write(str(child.pid))
    while child.poll() is None:
        time.sleep(0.05)
finally:
    child.kill()
    child.wait()
    os.unlink(mine)
END
chmod 755 bin/mmdebstrap
debian_toml enclave.toml /bin/sh

# nothing_left: a stopped build left no file and no process
nothing_left() {
  empty out.d
  empty "$TMPDIR"
  if kill -0 "$(cat child)" 2>/dev/null; then
    bad "a program that was started still runs"
  fi
}

# stopped SIGNAL FILE CMD...: runs the command, sends the signal once the file
# exists, and sets status
stopped() {
  signal=$1
  file=$2
  shift 2
  last_run="$* (SIG$signal)"
  interruptible "$@" >out 2>err &
  pid=$!
  wait_until test -s "$file"
  started=$(date +%s)
  kill -s "$signal" $pid
  status=0
  wait $pid || status=$?
  [ $(($(date +%s) - started)) -lt 30 ] || bad "the signal did not stop it"
}

for case in INT:130 TERM:143 HUP:129; do
  begin "package_list_${case%:*}"
  rm -f child
  stopped "${case%:*}" child env PATH="$PWD/bin:$PATH" \
    "$VERACLAVE" build --boot-dir boot -o out.d/x.eif
  want "${case#*:}"
  nothing_left
  end
done

# These engines do only what the test needs: the file store lists the tagged
# images, and the program above stands for the work.
cat >bin/buildah <<'END'
#!/bin/sh
case $1 in
--version) ;;
bud)
  while [ "$1" != --tag ]; do shift; done
  echo "$2" >>store
  [ "$SLOW" != make ] || exec mmdebstrap
  ;;
push) exec mmdebstrap ;;
rmi)
  grep -v -x -F "$2" store >rest
  mv rest store
  ;;
esac
END
cat >bin/docker <<'END'
#!/bin/sh
case $* in
*Server.Version*) [ -n "$DOCKER" ] ;;
*Client.Version*) echo 20.10.24 ;;
"build --tag "*) exec buildah bud --tag "$3" ;;
"image save "*) exec buildah push ;;
"image rm "*) exec buildah rmi "$3" ;;
*) exit 1 ;;
esac
END
chmod 755 bin/buildah bin/docker
mkdir context
echo FROM scratch >context/Dockerfile

# engine NAME: builds a Dockerfile with that engine, and stops it while it makes
# the image and while it exports it
engine() {
  for slow in make hand_over; do
    for case in INT:130 TERM:143 HUP:129; do
      begin "$1_${slow}_${case%:*}"
      rm -f child
      : >store
      stopped "${case%:*}" child env PATH="$PWD/bin:$PATH" SLOW=$slow \
        "$VERACLAVE" build --boot-dir boot --from context --engine "$1" \
        --cmd /x -o out.d/x.eif
      want "${case#*:}"
      [ -s child ] || bad "the engine was stopped too early"
      [ ! -s store ] || bad "left in the engine's store: $(cat store)"
      nothing_left
      end
    done
  done
}
engine buildah
DOCKER=1
export DOCKER
engine docker

begin a_directory
for delay in 0 0.02 0.1; do
  status=0
  timeout -s TERM $delay "$VERACLAVE" build --boot-dir boot --from dir:big \
    --cmd /data -o out.d/x.eif >out 2>err || status=$?
  # shellcheck disable=SC2012 # we chose the names
  case $(ls -A out.d | tr '\n' ' ') in
  '' | 'x.eif ' | 'x.eif x.pcrs.json ') ;;
  *) bad "left beside the output: $(ls -A out.d)" ;;
  esac
  empty "$TMPDIR"
  rm -f out.d/*
done
end
