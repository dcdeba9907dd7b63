# pcrs: versions by environment, and verify against one of them.
. "$TOP/tests/lib.sh"

value() {
  printf "$1%.0s" $(seq 48)
}

# release FILE VERSION PCR2
release() {
  cat >"$1" <<END
{"schema": "nitro-pcrs/1", "name": "app", "version": "$2", "pcrs":
 {"0": "$(value "$3")", "1": "$(value 11)", "2": "$(value "$3")", "8": null}}
END
}

release v1.json 1.0 a1
release v2.json 2.0 a2
release again.json 1.0 a3

begin environments/none-yet
run "$VERACLAVE" pcrs list
want 4
has err 'there are no environments in pcrs'
has err 'veraclave pcrs add'
run "$VERACLAVE" pcrs add development
want 2
has err 'pcrs add: too few arguments'
has err 'veraclave pcrs add ENVIRONMENT FILE'
run "$VERACLAVE" pcrs frob
want 2
has err 'add, list, promote'
echo '# a comment' >no.json
run "$VERACLAVE" pcrs add development no.json
want 3
has err "not valid JSON"
has err "give the build's pcrs.json"
printf '.eif and more' >image.eif
run "$VERACLAVE" pcrs add development image.eif
want 2
has err 'image.eif is an enclave image; the record of one is expected'
run "$VERACLAVE" verify image.eif --pcrs v1.json
want 2
has err 'image.eif is an enclave image; an attestation document'
[ ! -e pcrs ] || bad "it made a directory"

begin environments/add-and-promote
run "$VERACLAVE" pcrs add development v1.json
want 0
has out 'development expects app 1.0 now'
run "$VERACLAVE" pcrs add development v2.json
want 0
cp pcrs/development.json before
run "$VERACLAVE" pcrs add development v1.json
want 0
has out 'already'
same before pcrs/development.json
run "$VERACLAVE" pcrs add development again.json
want 1
has err 'release-taken'
same before pcrs/development.json
run "$VERACLAVE" pcrs promote 'app 1.0' development staging
want 0
has out 'staging expects app 1.0 now, as development does'
run "$VERACLAVE" pcrs promote 'app 1.0' development staging
want 0
has out 'staging expects app 1.0 already'
run "$VERACLAVE" pcrs promote 'app 1.0' developmnt staging
want 4
has err 'veraclave pcrs list'
run "$VERACLAVE" pcrs promote 'app 2.0' staging production
want 1
has err 'not in staging'
run "$VERACLAVE" pcrs promote 'app 1.0' staging production
want 0
run "$VERACLAVE" pcrs list production
want 0
has out 'app 1.0'
hasnt out 'app 2.0'

begin environments/list-of-all
run "$VERACLAVE" pcrs list
want 0
has out 'development          2 releases'
has out 'staging              1 release'

begin environments/nitro-cli-files-have-a-name-that-is-no-path
regs() {
  echo "{\"Measurements\": {\"PCR0\": \"$(value "$1")\",
    \"PCR1\": \"$(value 11)\", \"PCR2\": \"$(value "$1")\"}$2}"
}
regs c1 >n1.json
regs c1 ', "ImageName": "n", "ImageVersion": "1"' >n2.json
run "$VERACLAVE" pcrs add nitro n1.json
want 2
has err '--name'
[ ! -e pcrs/nitro.json ] || bad "it was written"
run "$VERACLAVE" pcrs add nitro n1.json --name 'n 1'
want 0
has out 'nitro expects n 1 now'
run "$VERACLAVE" pcrs add nitro n2.json
want 0
has out 'already'
run "$VERACLAVE" pcrs add nitro n2.json --name 'n 2'
want 2
regs c2 >n3.json
run "$VERACLAVE" pcrs add nitro n3.json --name 'n 1'
want 1
has err 'release-taken'
echo "{\"PCR8\": \"$(value c8)\"}" >pcr8.json
run "$VERACLAVE" pcrs add nitro pcr8.json --name 'n 3'
want 3
has err 'only PCR8'
run "$VERACLAVE" pcrs add -q nitro n2.json
want 0
[ ! -s out ] || bad "it spoke with -q"

begin environments/check
run "$VERACLAVE" pcrs check production v1.json
want 0
has out 'production: app 1.0'
run "$VERACLAVE" pcrs check production v2.json
want 1
has out '[pcr-application]'
has out '[release-none]'
hasnt out '[pcr-boot]'
hasnt out 'document'
run "$VERACLAVE" pcrs check nowhere v1.json
want 4

begin environments/revoke
run "$VERACLAVE" pcrs revoke staging 'app 1.0'
want 2
run "$VERACLAVE" pcrs revoke staging 'app 1.0' --reason 'CVE-2026-1'
want 0
run "$VERACLAVE" pcrs list staging
has out 'revoked: CVE-2026-1'
run "$VERACLAVE" pcrs check staging v1.json
want 1
has out 'staging: no: app 1.0 is revoked: CVE-2026-1 [release-revoked]'
hasnt out '[release-none]'
run "$VERACLAVE" pcrs promote 'app 1.0' staging production
want 1
has err 'release-revoked'
run "$VERACLAVE" pcrs add staging v1.json
want 1

begin environments/a-revocation-keeps-its-reason
cp pcrs/staging.json before
run "$VERACLAVE" pcrs revoke staging 'app 1.0' --reason 'another'
want 1
has err 'revoked already: CVE-2026-1'
same before pcrs/staging.json
run "$VERACLAVE" pcrs revoke staging 'app 1.0' --reason 'CVE-2026-1'
want 0
same before pcrs/staging.json

# A file that lost its content lost its revocations: nothing may write over it.
begin environments/an-empty-file-is-malformed
: >pcrs/lost.json
for action in "add lost v1.json" "list lost" "check lost v1.json" \
  "revoke lost x --reason y" "promote x lost production"; do
  # shellcheck disable=SC2086 # words
  run "$VERACLAVE" pcrs $action
  want 3
  has err 'lost.json'
done
[ -e pcrs/lost.json ] && [ ! -s pcrs/lost.json ] || bad "it was written over"
sed 's/"revoked"/"Revoked"/' pcrs/staging.json >pcrs/misspelt.json
run "$VERACLAVE" pcrs check misspelt v1.json
want 3
has err 'Revoked: no such key'
rm pcrs/lost.json pcrs/misspelt.json

begin environments/usage
run "$VERACLAVE" pcrs add ../x v1.json
want 2
run "$VERACLAVE" pcrs remove x
want 2
run "$VERACLAVE" pcrs list --dir nowhere
want 4
echo '{}' >pcrs/broken.json
run "$VERACLAVE" pcrs list broken
want 3

begin environments/verify-against-one
if "$VERACLAVE" simulate --root root init >init.log 2>&1 &&
  "$VERACLAVE" simulate --root root --pcrs v1.json --at 1768478400 -- \
    "$VERACLAVE" nsm attest >doc.bin 2>>init.log; then
  run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim:root/root.der \
    --environment production
  want 0
  has out 'release: app 1.0'
  run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim:root/root.der \
    --environment staging
  want 1
  has out '[release-revoked]'
  run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim:root/root.der \
    --environment nowhere
  want 4
  has err 'veraclave pcrs list'
  # all that prod expects is revoked: a register that fits is not enough
  "$VERACLAVE" pcrs add prod v2.json &&
    "$VERACLAVE" pcrs revoke prod 'app 2.0' --reason lost
  echo '{"schema":"veraclave-environment/1","releases":[]}' >pcrs/none.json
  for env in prod none; do
    run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim:root/root.der \
      -e $env --pcr "0=$(value a1)"
    want 1
    has out '[expect-empty]'
    has out "the environment $env holds no release"
  done
  head -c 40 pcrs/production.json >pcrs/cut.json
  : >pcrs/zero.json
  for env in cut zero; do
    run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim:root/root.der \
      -e $env --pcr "0=$(value a1)"
    want 3
  done
  for env in '' ../pcrs/production /etc/x; do
    run "$VERACLAVE" verify doc.bin --at 1768478460 --trust sim:root/root.der \
      -e "$env" --pcr "0=$(value a1)"
    want 2
  done
else
  skip "this machine does not let programs be simulated"
fi
end
