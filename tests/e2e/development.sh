# Development keys: made on purpose, named in a policy, told in every verdict;
# and nothing else, no absence, no error and no environment, leads to one.
. "$TOP/tests/lib.sh"

h0=$(printf '10%.0s' $(seq 48))
h1=$(printf '11%.0s' $(seq 48))
h2=$(printf '12%.0s' $(seq 48))
cat >pcrs.json <<END
{"schema": "nitro-pcrs/1", "name": "app", "version": "1",
 "pcrs": {"0": "$h0", "1": "$h1", "2": "$h2", "8": null}}
END

# policy FILE TRUST
policy() {
  cat >"$1" <<END
schema = "veraclave-policy/1"
trust = [$2]
[[image]]
name = "app 1"
pcrs = { 0 = "$h0", 1 = "$h1", 2 = "$h2" }
END
}
policy dev.toml '"aws-nitro", "development:dev/root.der"'
policy other.toml '"aws-nitro", "development:dev2/root.der"'
policy prod.toml '"aws-nitro"'
policy sim.toml '"sim:root/root.der"'

begin development/made-on-purpose-only
run "$VERACLAVE" simulate init --class development
want 2
has err 'needs its own directory'
run "$VERACLAVE" simulate init --class development dev
want 0
has out dev/root.der
openssl x509 -in dev/root.pem -noout -subject >subject
has subject development.aws.nitro-enclaves
"$VERACLAVE" simulate init --class development dev2 >log
"$VERACLAVE" simulate init root >log
"$VERACLAVE" simulate init --class qemu qemu >log
run "$VERACLAVE" simulate --class development --root root --debug -- true
want 2
has err 'is for init'
# In the default place it is not taken, and never on a socket, to which the
# environment could lead.
mkdir -p data/veraclave
cp -r dev data/veraclave/simulator
run env XDG_DATA_HOME="$PWD/data" "$VERACLAVE" simulate --debug -- true
want 2
has err '--root DIR'
run "$VERACLAVE" simulate --root dev --debug --socket s
want 2
has err 'does not serve on a socket'
[ ! -e s ] || bad "there is a socket"
run "$VERACLAVE" simulate --root qemu --debug -- true
want 2

# document FILE [options of simulate]
document() {
  document_file=$1
  shift
  "$VERACLAVE" simulate --pcrs pcrs.json --at 1768478400 "$@" -- \
    "$VERACLAVE" nsm attest --nonce 00ff >"$document_file" 2>simulate.log
}

# judge FILE [options of verify]
judge() {
  judge_file=$1
  shift
  run "$VERACLAVE" verify "$judge_file" --at 1768478460 --nonce 00ff "$@"
}

document dev.bin --root dev

begin development/a-policy-that-names-it-and-nothing-else
if simulates dev; then
  has simulate.log 'trust class development'
  judge dev.bin --policy dev.toml
  want 0
  has out 'verdict: pass'
  has out 'trust: development'
  has out 'warning: no hardware stands behind this: a development key'
  judge dev.bin --policy dev.toml --json
  want 0
  has out '"trust": "development"'
  has out '"development": true'
  for p in prod sim other; do
    judge dev.bin --policy $p.toml
    want 1
    has out '[chain-root-development]'
    has out 'trust: none'
  done
  judge dev.bin --pcrs pcrs.json
  want 1
  has out '[chain-root-development]'
  # It cannot be named in an option, nor under another class.
  judge dev.bin --pcrs pcrs.json --trust development:dev/root.der
  want 2
  has err 'development-by-option'
  has err 'policy.toml'
  judge dev.bin --policy dev.toml --trust development:dev/root.der
  want 2
  judge dev.bin --policy dev.toml --trust aws-nitro
  want 1
  has out '[chain-root-development]'
  for class in sim qemu; do
    judge dev.bin --pcrs pcrs.json --trust $class:dev/root.der
    want 2
    has err 'root-class'
  done
  for wrong in development:root/root.der development:qemu/root.der \
    sim:dev/root.der qemu:dev/root.der; do
    policy wrong.toml "\"$wrong\""
    judge dev.bin --policy wrong.toml
    want 2
    has err 'root-class'
  done
fi

begin development/told-in-every-verdict
if simulates dev; then
  # One that fails.
  run "$VERACLAVE" verify dev.bin --policy dev.toml
  want 1
  has out '[leaf-expired]'
  has out 'trust: development'
  has out 'warning: no hardware stands behind this'
  run "$VERACLAVE" verify dev.bin --policy dev.toml --json
  want 1
  has out '"trust": "development"'
  # Another's document under a policy that would let one in.
  policy both.toml '"sim:root/root.der", "development:dev/root.der"'
  document sim.bin --root root
  judge sim.bin --policy both.toml
  want 0
  has out 'trust: sim'
  judge sim.bin --policy both.toml --json
  has out '"development": true'
  judge sim.bin --policy sim.toml --json
  has out '"development": false'
  doc=$FIXTURES/nitro/attestation/2025-08-29_7743a3dd_prod-indef.cbor
  if [ -f "$doc" ]; then
    run "$VERACLAVE" verify "$doc" --at 1756509300 --policy dev.toml
    want 1
    has out 'trust: aws-nitro'
    has out 'warning: the policy also accepts development keys'
    run "$VERACLAVE" verify "$doc" --at 1756509300 --policy prod.toml
    hasnt out 'warning:'
  fi
fi

# with COMMAND...: everything in the environment that could lead astray
with() {
  run env HOME="$PWD" XDG_DATA_HOME="$PWD/data" \
    VERACLAVE_NSM_SOCKET="$PWD/nsm.sock" VERACLAVE_DEVELOPMENT=1 \
    VERACLAVE_CLASS=development VERACLAVE_ROOT="$PWD/dev" \
    VERACLAVE_TRUST="development:$PWD/dev/root.der" \
    VERACLAVE_POLICY="$PWD/dev.toml" "$@"
}

begin development/no-device-no-document
if [ -e /dev/nsm ]; then
  skip "this machine has a security module"
else
  for say in run with; do
    $say "$VERACLAVE" nsm attest -o absent.bin
    want 4
    has err nsm-absent
    $say "$VERACLAVE" nsm attest --socket nowhere.sock -o absent.bin
    want 4
    [ ! -e absent.bin ] || bad "a document without a module"
  done
fi

begin development/no-error-leads-to-one
if simulates dev; then
  for fault in refuse:1 oversize:4 garbage:3; do
    rm -f got.bin
    with "$VERACLAVE" simulate --root root --debug --fault "${fault%:*}" -- \
      "$VERACLAVE" nsm attest -o got.bin
    want "${fault#*:}"
    [ ! -e got.bin ] || bad "a document in spite of ${fault%:*}"
  done
  # A root that cannot be read is no reason to take another.
  mkdir broken
  cp root/root.der broken
  with "$VERACLAVE" simulate --root broken --debug -- true
  want 4
  with "$VERACLAVE" simulate --root absent --debug -- true
  want 4
  # And a verifier that cannot read what it was told is not a lenient one.
  policy gone.toml '"aws-nitro", "sim:gone.der"'
  with "$VERACLAVE" verify dev.bin --at 1768478460 --policy gone.toml
  want 4
  with "$VERACLAVE" verify dev.bin --at 1768478460 --policy absent.toml
  want 4
fi

begin development/no-environment-lets-it-in
if simulates dev; then
  with "$VERACLAVE" verify dev.bin --at 1768478460 --pcrs pcrs.json
  want 1
  has out '[chain-root-development]'
  with "$VERACLAVE" verify dev.bin --at 1768478460 --policy prod.toml
  want 1
  has out '[chain-root-development]'
fi

# libnsm goes to the device, or to the socket that it was told; what answers
# there is never a development key.
begin development/libnsm
lib=$(dirname "$VERACLAVE")/libnsm
if [ -e /dev/nsm ] || [ ! -e "$lib/libnsm.so" ]; then
  skip "this machine has a module, or the build no libnsm.so"
elif ! ldd "$lib/libnsm.so" >needs || grep -q asan needs; then
  skip "a library with sanitizers needs such programs"
elif need cc; then
  cp "$TOP/libnsm/nsm.h" nsm.h
  cc -I. -o client "$TOP/tests/e2e/libnsm_client.c" -L"$lib" -lnsm \
    -Wl,-rpath,"$lib" || bad "the client does not build"
  for say in run with; do
    $say ./client lib.bin
    [ "$status" != 0 ] || bad "a module where there is none"
    [ ! -e lib.bin ] || bad "a document without a module"
  done
  "$VERACLAVE" simulate -q --root dev --debug --socket nsm.sock 2>served &
  pid=$!
  wait $pid && bad "a development key serves on a socket"
  with ./client lib.bin
  [ "$status" != 0 ] || bad "a module where there is none"
  [ ! -e lib.bin ] || bad "a document without a module"
fi
end
