# simulate and nsm: how the simulated module answers a program that runs under
# it. verify checks the documents.
. "$TOP/tests/lib.sh"

zeros=$(printf '%096d' 0)
one=$(printf '1%.0s' $(seq 96))
pcrs="\"0\":\"$one\",\"1\":\"$one\",\"2\":\"$one\",\"8\":null"
echo "{\"schema\":\"nitro-pcrs/1\",\"name\":\"app\",\"version\":\"1\",
\"pcrs\":{$pcrs}}" >pcrs.json

sim() {
  run "$VERACLAVE" simulate --root root "$@"
}

begin init-makes-a-root-once
run "$VERACLAVE" simulate --debug --root root -- true
want 4
has err "veraclave simulate init"
run "$VERACLAVE" simulate init root
want 0
has out root/root.der
[ "$(stat -c %a root/root.key)" = 600 ] || bad "the key can be read by others"
openssl x509 -in root/root.pem -noout -subject >subject
has subject aws.nitro-enclaves
cp root/root.der before
run "$VERACLAVE" simulate init root
want 1
has err sim-root-exists
same root/root.der before
run env HOME="$PWD/home" XDG_DATA_HOME= "$VERACLAVE" simulate init
want 0
[ -f home/.local/share/veraclave/simulator/root.key ] || bad "not in HOME"
if cmp -s home/.local/share/veraclave/simulator/root.der root/root.der; then
  bad "two users have the same root"
fi
end

begin parents-of-outputs-must-be-there
run "$VERACLAVE" simulate init no/such/place
want 4
has err "hint: make the directory no first"
run "$VERACLAVE" pcrs add prod pcrs.json --dir no/such
want 4
has err "hint: make the directory no first"
[ ! -e no ] || bad "parents were made"
end

begin a-full-disk-leaves-no-directory
case $(id -u) in
0) apart="unshare --mount" ;;
*) apart="unshare --user --map-root-user --mount" ;;
esac
mkdir full
if ! $apart mount -t tmpfs -o size=4k,nr_inodes=40 none full 2>why; then
  confined "a mount namespace" why
else
  run $apart sh -c '
    mount -t tmpfs -o size=4k,nr_inodes=40 none full
    head -c 4096 /dev/zero >full/filler
    "$1" simulate init full/root && echo "# init went through"
    XDG_DATA_HOME=$PWD/full/a/b "$1" simulate init && echo "# init in XDG"
    "$1" pcrs add prod pcrs.json --dir full/pcrs && echo "# pcrs went through"
    ls -A full' sh "$VERACLAVE"
  echo filler >wanted
  same out wanted
  has err "No space left"
fi
end

begin wrong-calls
sim -- true
want 2
has err "the values of the registers are not given"
sim --debug
want 2
sim --debug --eif a --pcrs b -- true
want 2
sim --debug --fault nonsense -- true
want 2
sim --pcrs absent.json -- true
want 4
echo '{}' >empty.json
sim --pcrs empty.json -- true
want 3
run "$VERACLAVE" nsm nonsense
want 2
run "$VERACLAVE" nsm pcr
want 2
run "$VERACLAVE" nsm pcr 70000
want 2
end

begin no-module
if [ -e /dev/nsm ]; then
  skip "this machine has one"
else
  run "$VERACLAVE" nsm describe
  want 4
  has err nsm-absent
fi
end

begin status-is-the-programs
if simulates root; then
  sim --debug -- sh -c 'exit 42'
  want 42
  sim --debug -- sh -c 'kill -TERM $$'
  want 143
  sim --debug -- true
  want 0
  has err "in debug mode"
  sim -q --debug -- true
  [ ! -s err ] || bad "not quiet"
  sim --debug -- ./absent
  want 4
  has err "cannot run ./absent"
fi
end

begin arguments-input-and-output-pass
if simulates root; then
  echo from-stdin >in
  "$VERACLAVE" simulate -q --root root --debug -- \
    sh -c 'cat; echo "$1"' sh --at <in >got 2>err || bad "status $?"
  printf 'from-stdin\n--at\n' >wanted
  same got wanted
fi
end

begin registers
if simulates root; then
  sim --pcrs pcrs.json --role-arn arn:aws:iam::1:role/r \
    --instance-id i-0123456789abcdef0 -- sh -c "
      for i in 0 3 4 8 16; do $VERACLAVE nsm pcr \$i; done
      $VERACLAVE nsm pcr 15 --json"
  want 0
  has out "$one"
  has out "$(printf 'arn:aws:iam::1:role/r' | { head -c 48 /dev/zero; cat; } |
    sha384sum | cut -d ' ' -f 1)"
  has out "$(printf i-0123456789abcdef0 | { head -c 48 /dev/zero; cat; } |
    sha384sum | cut -d ' ' -f 1)"
  [ "$(grep -c "$zeros" out)" = 3 ] || bad "PCR8, 15 and 16 are zero"
  has out '"lock": true'
  sim --debug -- sh -c "$VERACLAVE nsm extend 16 --data x
    $VERACLAVE nsm lock 16; $VERACLAVE nsm extend 16 --data x"
  want 1
  has err nsm-ReadOnlyIndex
  sim --debug -- sh -c "$VERACLAVE nsm lock 20 --below
    $VERACLAVE nsm describe --json"
  has out 19
  hasnt out "20,"
  sim --debug -- "$VERACLAVE" nsm pcr 32
  want 1
  has err nsm-InvalidIndex
fi
end

# document NAME OPTION...: makes NAME.cbor under simulate with these options
document() {
  name=$1
  shift
  sim --pcrs pcrs.json "$@" -- "$VERACLAVE" nsm attest --nonce 00ff \
    --user-data text:hello -o "$name.cbor"
}

# judge NAME STATUS OPTION...: verify returns STATUS for NAME.cbor
judge() {
  name=$1 want=$2
  shift 2
  run "$VERACLAVE" verify "$name.cbor" --pcrs pcrs.json --nonce 00ff "$@"
  want "$want"
}

begin documents-verify-below-their-root-only
if simulates root; then
  for form in --strict --definite; do
    document good $form
    want 0
    judge good 0 --trust sim:root/root.der
    hasnt out "nonce:"
    # a check of freshness that was not requested is reported
    run "$VERACLAVE" verify good.cbor --pcrs pcrs.json --trust sim:root/root.der
    want 0
    has out "nonce: none was expected, so a recorded document also passes"
    judge good 1
    judge good 1 --trust sim:home/.local/share/veraclave/simulator/root.der
  done
fi
end

begin clock-and-leaf-age
if simulates root; then
  document then --at 1700000000 --leaf-age 10000
  want 0
  judge then 0 --trust sim:root/root.der --at 1700000100
  judge then 1 --trust sim:root/root.der --at 1700000801
  judge then 1 --trust sim:root/root.der --at 1699989996
fi
end

begin faults
if simulates root; then
  document refused --fault refuse
  want 1
  has err nsm-InternalError
  document large --fault oversize
  want 4
  document garbage --fault garbage
  want 3
  for f in expired digest corrupt signature; do
    document "$f" --fault "$f"
    want 0
    run "$VERACLAVE" verify "$f.cbor" --pcrs pcrs.json --trust sim:root/root.der
    [ "$status" = 3 ] || want 1
    [ -s out ] || [ -s err ] || bad "no reason given"
  done
fi
end

begin debug-mode
if simulates root; then
  sim --debug -- "$VERACLAVE" nsm attest -o debug.cbor
  want 0
  run "$VERACLAVE" verify debug.cbor --pcr "1=$zeros" \
    --trust sim:root/root.der
  want 1
  run "$VERACLAVE" verify debug.cbor --pcr "1=$zeros" --allow-debug \
    --trust sim:root/root.der
  want 0
fi
end

begin traces-and-warnings
if simulates root; then
  sim --debug --trace -- sh -c "$VERACLAVE nsm extend 17 --data x
    $VERACLAVE nsm attest -o d.cbor"
  has err "ExtendPCR 17: done"
  has err "PCR17 was extended but not locked"
fi
end

begin slow
if simulates root; then
  sim --debug --delay 700 -- "$VERACLAVE" nsm random -o r
  want 0
  [ "$(wc -c <r)" = 256 ] || bad "not 256 random bytes"
fi
end

begin a-signal-to-us-reaches-the-program
if simulates root; then
  "$VERACLAVE" simulate -q --root root --debug -- \
    sh -c 'trap "exit 9" TERM; echo up >up; while :; do sleep 0.1; done' &
  pid=$!
  wait_until test -f up
  kill -TERM $pid
  status=0
  wait $pid || status=$?
  [ $status = 9 ] || bad "status $status instead of 9"
fi
end

begin a-daemon-left-behind-is-ended
if simulates root; then
  run timeout 20 "$VERACLAVE" simulate -q --root root --debug -- \
    sh -c 'setsid sleep 300 >/dev/null 2>&1 & echo $! >daemon; exit 5'
  want 5
  if kill -0 "$(cat daemon)" 2>/dev/null; then
    bad "the daemon is still there"
  fi
fi
end

begin twenty-descriptors-are-enough
if simulates root; then
  run sh -c 'ulimit -n 20 && exec "$@"' sh "$VERACLAVE" simulate -q \
    --root root --debug -- "$VERACLAVE" nsm random -o r20
  want 0
  [ "$(wc -c <r20)" = 256 ] || bad "not 256 random bytes"
fi
end

begin clients-beyond-the-descriptors-wait
serve sh -c 'ulimit -n 20 && exec "$@"' sh "$VERACLAVE" simulate -q --root root \
  --debug --socket few.sock 2>err
wait_until test -S few.sock
python3 - <<'EOF' >py 2>&1 || bad "$(cat py)"
import socket
clients = []
for _ in range(18):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(10)
    s.connect("few.sock")
    s.sendall(b"\0\0\0\x0a\x69GetRandom")
    clients.append(s)
for s in clients:
    assert s.recv(4, socket.MSG_WAITALL)[:2] == b"\0\0"
    s.close()
EOF
stop
want 0
end

begin socket
simulator nsm.sock --root root --debug 2>err
run "$VERACLAVE" nsm extend 16 --data abcd --socket nsm.sock
want 0
run "$VERACLAVE" nsm pcr 16 --socket nsm.sock
has out "$({ head -c 48 /dev/zero; printf abcd; } | sha384sum | cut -d ' ' -f 1)"
run "$VERACLAVE" nsm attest --socket nsm.sock -o s.cbor
run "$VERACLAVE" verify s.cbor --pcr "0=$zeros" --allow-debug \
  --trust sim:root/root.der
want 0
python3 - <<'EOF' >py 2>&1 || bad "$(cat py)"
import socket
import struct


def ask(s, data, piece=None):
    out = struct.pack(">I", len(data)) + data
    for i in range(0, len(out), piece or len(out)):
        s.sendall(out[i:i + (piece or len(out))])
    n = struct.unpack(">I", s.recv(4, socket.MSG_WAITALL))[0]
    return s.recv(n, socket.MSG_WAITALL)


def new():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(10)
    s.connect("nsm.sock")
    return s


a, b = new(), new()
for _ in range(3):
    assert ask(a, b"\x6bDescribeNSM", 1).startswith(b"\xa1\x6bDescribeNSM")
    assert ask(b, b"\x69GetRandom").startswith(b"\xa1\x69GetRandom")
assert ask(a, b"") == b"\xa1\x65Error\x70InvalidOperation"
b.sendall(struct.pack(">I", 4097))
assert b.recv(100).endswith(b"InputTooLarge") and b.recv(1) == b""
assert ask(a, b"\x69GetRandom").startswith(b"\xa1\x69GetRandom")
EOF
stop
want 0
[ ! -e nsm.sock ] || bad "the socket is still there"
end
