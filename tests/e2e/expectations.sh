# Random expectations (absent, empty, misspelt, partial, revoked, duplicated) for
# command line, policy, environment and library: nothing passes that a small
# model in Python, written from the documents alone, does not pass.
# timeout: 900
. "$TOP/tests/lib.sh"

begin expectations_as_a_model_has_them
value() {
  printf "$1%.0s" $(seq 48)
}
cat >record.json <<END
{"schema": "nitro-pcrs/1", "name": "app", "version": "1", "pcrs":
 {"0": "$(value a0)", "1": "$(value a1)", "2": "$(value a2)",
  "8": "$(value a8)"}}
END
attested() {
  out=$1
  shift
  "$VERACLAVE" simulate --root root --pcrs record.json --at 1768478400 \
    --instance-id i-0123456789abcdef0 -- "$VERACLAVE" nsm "$@" >"$out"
}
if need python3 && "$VERACLAVE" simulate --root root init >init.log 2>&1 &&
  attested full.bin attest --nonce 5eed --user-data 64617461 2>>init.log; then
  attested bare.bin attest
  attested empty.bin attest --nonce '' || rm -f empty.bin
  for i in $(seq 0 15); do
    attested line pcr "$i" && echo "$i $(cat line)"
  done >registers
  run python3 "$TOP/tests/e2e/expectations.py" "$VERACLAVE" \
    "$(dirname "$VERACLAVE")/src/api/libveraclave.so" ${EXPECTATIONS:-500}
  want 0
  grep -v '^case' out
else
  skip "this machine does not let programs be simulated"
fi
end
