# verify --pcrs and simulate --pcrs take the files that other tools write; and
# --trust sim.
. "$TOP/tests/lib.sh"

value() {
  printf "$1%.0s" $(seq 48)
}

regs='"PCR0": "'$(value a1)'", "PCR1": "'$(value 11)'", "PCR2": "'$(value a2)'"'
other='"PCR0": "'$(value b1)'", "PCR1": "'$(value 11)'", "PCR2": "'$(value a2)'"'
echo "{\"Measurements\": {\"HashAlgorithm\": \"Sha384 { ... }\", $regs}}" >eif.json
echo "{\"HashAlgorithm\": \"SHA384\", $regs}" >bare.json
echo "[{\"EnclaveName\": \"a\", \"Flags\": \"NONE\", \"Measurements\": {$regs}}]" >one.json
echo "[{\"EnclaveName\": \"a\", \"Measurements\": {$regs}},
  {\"EnclaveName\": \"b\", \"Measurements\": {$regs}}]" >two.json
echo "{\"HashAlgorithm\": \"SHA384\", $other}" >other.json
echo "{\"PCR8\": \"$(value c8)\"}" >pcr8.json

export XDG_DATA_HOME=$PWD/data
begin foreign-pcrs/trust-sim-without-a-root
: >doc.bin
run "$VERACLAVE" verify doc.bin --pcrs bare.json --trust sim
want 4
has err 'sim-root-absent'
has err 'simulate init'

begin foreign-pcrs/forms
if "$VERACLAVE" simulate init >init.log 2>&1 &&
  "$VERACLAVE" simulate --pcrs eif.json --at 1768478400 -- \
    "$VERACLAVE" nsm attest >doc.bin 2>>init.log; then
  for f in eif bare one; do
    run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim --pcrs $f.json
    want 0
    has out "release: $f.json"
    has out 'time: 2026-01-15T12:01:00Z'
  done
  for f in other pcr8; do
    run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim --pcrs $f.json
    want 1
  done
  run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim --pcrs two.json
  want 3
  has err 'a list of 2 enclaves: a, b'
  has err '[pcrs-several]'
  # the same reader for simulate
  for f in bare one; do
    run "$VERACLAVE" simulate -q --pcrs $f.json --at 1768478400 -- \
      "$VERACLAVE" nsm attest
    want 0
    cp out $f.bin
    run "$VERACLAVE" verify $f.bin --at 1768478460 --trust sim --pcrs eif.json
    want 0
  done
  run "$VERACLAVE" simulate --pcrs two.json -- true
  want 3
  has err '[pcrs-several]'
  run "$VERACLAVE" simulate --pcrs pcr8.json -- true
  want 3
  has err 'pcr8.json contains only PCR8'
  echo '{"schema": "nitro-pcrs/2"}' >next.json
  run "$VERACLAVE" simulate --pcrs next.json -- true
  want 3
  has err '[pcrs-form]'
else
  skip "this machine does not let programs be simulated"
fi
end
