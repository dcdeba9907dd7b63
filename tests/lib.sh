# For whole-program tests: `. "$TOP/tests/lib.sh"` at their top.
#
# A test script runs in an empty scratch directory of its own and prints one
# line a case: "ok NAME", "not ok NAME" or "skip NAME reason". Other lines go
# to its log. It has TOP (the repository), VERACLAVE (the program under test),
# FIXTURES (the shared vectors, which may be absent) and TMPDIR.
#
#   begin NAME      starts a case
#   run CMD...      runs a command: sets status, writes the files out and err
#   want STATUS     requires this status of the last run
#   has FILE TEXT   requires that the file contains the text
#   hasnt FILE TEXT requires that the file does not contain it
#   same A B        requires that the files have equal bytes
#   differ A B      requires that they differ
#   bad SENTENCE    makes the case fail, with the reason
#   skip REASON     skips the case, with the reason
#   need CMD...     skips the case and returns 1 unless all commands exist
#   require PATH... skips and returns 1 unless all of these files exist
#   simulates ROOT  skips and returns 1 unless a program can run under the
#                   simulated module, below this root
#   mountable       skips the case and returns 1 in a chroot, where neither
#                   docker nor buildah can make mounts of their own
#   confined WHAT LOG  skips the case, because WHAT, a namespace, is not
#                   available; LOG has the error message
#   unmount DIR     removes the mounts below DIR that a server left
#   empty DIR       is true if DIR has no entries
#   wait_until CMD...  repeats CMD until it succeeds; returns 1 after 30 seconds,
#                   or if the last started server ended
#   serve CMD...    starts a server, which the end of the script stops; sets
#                   server
#   simulator SOCKET OPTION...  serves a simulated module, and waits for it
#   stop            stops all servers; status is that of the last
#   interruptible CMD... &  runs CMD in the background so that SIGINT ends it
#   debian_toml FILE COMMAND  writes an enclave.toml with packages as source
#   end             prints the verdict of the case
#
# PATH ends with the folders of sbin, which ordinary users of Debian lack.
#
# A failed expectation does not stop the script; a failed case prints the reason.

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

case_name=
case_bad=0
case_skip=
status=0
out=out
err=err

begin() {
  [ -z "$case_name" ] || end
  case_name=$1
  case_bad=0
  case_skip=
}

end() {
  [ -n "$case_name" ] || return 0
  if [ $case_bad != 0 ]; then
    echo "not ok $case_name"
  elif [ -n "$case_skip" ]; then
    echo "skip $case_name $case_skip"
  else
    echo "ok $case_name"
  fi
  case_name=
}

bad() {
  case_bad=1
  echo "# $case_name: $*"
}

skip() {
  case_skip=$*
}

need() {
  for need_cmd in "$@"; do
    if ! command -v "$need_cmd" >/dev/null 2>&1; then
      skip "$need_cmd is not installed"
      return 1
    fi
  done
}

require() {
  for require_path in "$@"; do
    [ ! -e "$require_path" ] || continue
    case $require_path in
    "$FIXTURES"/*) skip "the shared fixtures are not here" ;;
    *) skip "$require_path is not here" ;;
    esac
    return 1
  done
}

simulates() {
  "$VERACLAVE" simulate -q --root "$1" --debug -- true 2>why && return 0
  if grep -q "cannot watch" why; then
    skip "system calls cannot be watched here"
    return 1
  fi
}

in_chroot() {
  ! awk '$5 == "/" { found = 1 } END { exit !found }' /proc/self/mountinfo
}

mountable() {
  if in_chroot; then
    skip "the root directory is no mount point here (a chroot)"
    return 1
  fi
}

confined() {
  if [ "$(id -u)" != 0 ] && in_chroot; then
    skip "$1 cannot be had by an ordinary user in a chroot"
  else
    skip "$1 cannot be had here: $(tail -n 1 "$2")"
  fi
}

unmount() {
  awk -v dir="$1" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r |
    while read -r mount_at; do
      umount "$mount_at" 2>/dev/null
    done
}

run() {
  status=0
  "$@" >out 2>err || status=$?
  last_run=$*
}

want() {
  if [ "$status" != "$1" ]; then
    bad "status $status instead of $1 from: $last_run"
    sed 's/^/#   out: /' out | head -n 20
    sed 's/^/#   err: /' err | head -n 20
  fi
}

has() {
  if ! grep -q -F -e "$2" "$1" 2>/dev/null; then
    bad "$1 does not hold: $2"
    head -n 20 "$1" 2>/dev/null | sed 's/^/#   /'
  fi
}

hasnt() {
  if grep -n -F -e "$2" "$1"; then
    bad "$1 holds: $2"
  fi
}

same() {
  cmp "$1" "$2" 2>&1 || bad "$1 and $2 differ"
}

differ() {
  if cmp -s "$1" "$2"; then
    bad "$1 and $2 are equal"
  fi
}

empty() {
  [ -z "$(ls -A "$1")" ] || bad "left in $1: $(ls -A "$1")"
}

servers=

wait_until() {
  for _ in $(seq 300); do
    "$@" >/dev/null 2>&1 && return 0
    [ -z "$servers" ] || kill -0 "$server" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

serve() {
  "$@" &
  server=$!
  servers="$servers $server"
}

simulator() {
  simulator_socket=$1
  shift
  serve "$VERACLAVE" simulate -q --socket "$simulator_socket" "$@"
  wait_until test -S "$simulator_socket" || bad "the simulator does not serve"
}

stop() {
  last_run="the server"
  for server in $servers; do
    status=0
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null || status=$?
  done
  servers=
}

interruptible() {
  exec python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$@"
}

debian_toml() {
  cat >"$1" <<END
name = "x"
[rootfs]
debian = "bookworm"
packages = []
[process]
entrypoint = ["$2"]
END
}

trap 'stop; end' EXIT
