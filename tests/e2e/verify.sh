# verify: the verdicts of real and made documents, by the contract for scripts.
. "$TOP/tests/lib.sh"

begin verify/vectors
if require "$FIXTURES/nitro/attestation" && need python3; then
  python3 "$TOP/tests/e2e/verify_cases.py" "$FIXTURES" >cases
  count=0
  while read -r name file at statuses options; do
    count=$((count + 1))
    # shellcheck disable=SC2086
    run "$VERACLAVE" verify "$file" --at "$at" $options --json
    case ",$statuses," in
    *",$status,"*) ;;
    *) bad "$name: exit status $status, expected $statuses" ;;
    esac
    case $status in
    0) has out '"verdict": "pass"' ;;
    1 | 3)
      case $name in
      *rsa4096.cose:recipient) has out '"verdict": "unknown"' ;;
      *) has out '"verdict": "fail"' ;;
      esac
      ;;
    esac
    has out '"schema": "veraclave-verdict/1"'
  done <cases
  [ "$count" -gt 260 ] || bad "only $count cases"
fi

begin verify/forms
doc="$FIXTURES/nitro/attestation/2025-08-29_7743a3dd_prod-indef.cbor"
if require "$doc" && need base64 od python3; then
  pcr4=$(python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
k = [k for k in d if "7743a3dd" in k][0]
print(d[k]["pcrs_nonzero"]["4"])' "$FIXTURES/nitro/attestation-expected.json")
  od -An -v -tx1 "$doc" >hex
  base64 "$doc" >b64
  for f in "$doc" hex b64; do
    run "$VERACLAVE" verify "$f" --at 1756509300 --pcr "4=$pcr4"
    want 0
    has out 'verdict: pass'
    has out 'trust: aws-nitro'
  done
  run "$VERACLAVE" verify - --at 1756509300 --pcr "4=$pcr4" <b64
  want 0
  # Nothing expected is never a pass; another register has its reason.
  run "$VERACLAVE" verify "$doc" --at 1756509300
  want 1
  has out '[expect-nothing]'
  run "$VERACLAVE" verify "$doc" --at 1756509300 --pcr "2=$pcr4"
  want 1
  has out '[pcr-application]'
  has out 'the expected value is in PCR4'
  run "$VERACLAVE" verify "$doc" --at 1756509300 --pcr "1=$pcr4"
  want 1
  has out 'Amazon Linux 2023'
  # A policy says the same in a file, and the command line may add to it.
  cat >policy.toml <<END
schema = "veraclave-policy/1"
trust = ["aws-nitro"]
[[image]]
name = "by instance"
not_after = 2026-01-01T00:00:00Z
pcrs = { 4 = "$pcr4" }
END
  run "$VERACLAVE" verify "$doc" --at 1756509300 --policy policy.toml
  want 0
  has out 'release: by instance'
  sed 's/aws-nitro/sim:root.der/' policy.toml >sim.toml
  cp "$FIXTURES/kms/attestation/root.der" .
  run "$VERACLAVE" verify "$doc" --at 1756509300 --policy sim.toml
  want 1
  has out '[chain-root-class]'
  cat >>policy.toml <<END
[[revoked]]
reason = "its disk was stolen"
pcrs = { 4 = "$pcr4" }
END
  run "$VERACLAVE" verify "$doc" --at 1756509300 --policy policy.toml
  want 1
  has out '[release-revoked]'
  has out 'its disk was stolen'
  echo 'trusted = 1' >bad.toml
  run "$VERACLAVE" verify "$doc" --policy bad.toml
  want 3
  # Without --at it is now, and long over.
  run "$VERACLAVE" verify "$doc" --pcr "4=$pcr4"
  want 1
  has out '[leaf-expired]'
  has out '(now)'
  run "$VERACLAVE" verify "$doc" --at 1756509400 --pcr "4=$pcr4" --max-age 1
  want 1
  has out '[age-old]'
fi

begin verify/usage
echo hello >text
: >empty
run "$VERACLAVE" verify text --pcr "0=$(printf '00%.0s' 1 2 3)"
want 2
has err 'pcr-form'
run "$VERACLAVE" verify text --trust somebody
want 2
run "$VERACLAVE" verify text --nonce xyz
want 2
# What is empty expects nothing: a variable that is not set, an empty file.
for field in nonce public-key user-data user-data-sha256; do
  for value in '' @empty; do
    run "$VERACLAVE" verify text --$field "$value"
    want 2
    has err "there is no byte to expect"
    has err "--expect-empty"
  done
done
run "$VERACLAVE" verify text --expect-empty nnoce
want 2
run "$VERACLAVE" verify text --expect-empty nonce --nonce 00
want 2
run "$VERACLAVE" verify text --trust aws-nitro --trust aws-nitro
want 2
run "$VERACLAVE" verify text --recipient ec
want 2
run "$VERACLAVE" verify text --user-data-sha256 00
want 2
run "$VERACLAVE" verify missing
want 4
run "$VERACLAVE" verify text --json
want 3
has out '"code": "doc-text"'
run "$VERACLAVE" verify empty --json
want 3
has out '"code": "doc-size"'

begin verify/explain
run "$VERACLAVE" explain pcr-application
want 0
has out 'PCR2'
run "$VERACLAVE" explain pcr-aplication
want 2
has err 'pcr-application'
run "$VERACLAVE" explain --markdown
want 0
same out "$TOP/docs/troubleshooting.md"
run "$VERACLAVE" explain
want 2
end
