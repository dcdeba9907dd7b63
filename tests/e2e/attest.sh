# The simulator's documents under the verifier: never without its root, and
# each fault has its reason.
. "$TOP/tests/lib.sh"

h0=$(printf '10%.0s' $(seq 48))
h1=$(printf '11%.0s' $(seq 48))
h2=$(printf '12%.0s' $(seq 48))
cat >pcrs.json <<END
{"schema": "nitro-pcrs/1", "name": "app", "version": "1",
 "pcrs": {"0": "$h0", "1": "$h1", "2": "$h2", "8": null}}
END
"$VERACLAVE" simulate --root root init >init.log 2>&1

# document FILE [options of simulate]
document() {
  document_file=$1
  shift
  "$VERACLAVE" simulate --root root --pcrs pcrs.json --at 1768478400 "$@" -- \
    "$VERACLAVE" nsm attest --nonce 00ff >"$document_file" 2>simulate.log
}

# judge FILE [options of verify]
judge() {
  judge_file=$1
  shift
  run "$VERACLAVE" verify "$judge_file" --at 1768478460 --pcrs pcrs.json \
    --nonce 00ff "$@"
}

document doc.bin

begin attest/a-simulated-document-passes-under-its-root-only
if simulates root; then
  judge doc.bin --trust sim:root/root.der --max-age 120
  want 0
  has out 'trust: sim'
  has out 'warning: no hardware stands behind this'
  has out 'release: app 1'
  judge doc.bin --trust sim:root/root.pem
  want 0
  judge doc.bin
  want 1
  has out '[chain-root-untrusted]'
  has out 'trust: none'
  hasnt out 'release:'
  "$VERACLAVE" simulate --root other init >>init.log 2>&1
  judge doc.bin --trust sim:other/root.der
  want 1
  has out '[chain-root-untrusted]'
  # What a root is for is in the root.
  for class in qemu development; do
    judge doc.bin --trust $class:root/root.der
    want 2
  done
  document definite.bin --definite
  judge definite.bin --trust sim:root/root.der
  want 0
fi

begin attest/each-fault-has-its-reason
if simulates root; then
  for fault in expired:leaf-expired digest:doc-digest \
    signature:signature-wrong; do
    document bad.bin --fault "${fault%%:*}"
    judge bad.bin --trust sim:root/root.der
    want 1
    has out "[${fault##*:}]"
  done
  # A bit anywhere in the payload: what it hits decides the reason.
  document bad.bin --fault corrupt
  judge bad.bin --trust sim:root/root.der
  want 1
  document debug.bin --debug
  judge debug.bin --trust sim:root/root.der
  want 1
  has out '[debug-mode]'
  has out '[pcr-debug]'
fi

begin attest/one-byte-of-the-application
if simulates root; then
  sed "s/\"2\": \"12/\"2\": \"13/; s/\"0\": \"10/\"0\": \"13/" pcrs.json >new.json
  mv pcrs.json old.json
  mv new.json pcrs.json
  document changed.bin
  mv old.json pcrs.json
  judge changed.bin --trust sim:root/root.der --json
  want 1
  has out '"code": "pcr-application"'
  has out "PCR2 measures the application's ramdisks"
  has out 'the application differs, the kernel side is the same'
fi
end
